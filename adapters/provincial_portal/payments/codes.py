"""Code tables of money in the portal's own form. They hold for this channel alone."""

from __future__ import annotations

from schemas.payments import LevyKind, OrderState

LEVIES = {LevyKind.FEE: "PHI", LevyKind.CHARGE: "LE_PHI", LevyKind.FINE: "TIEN_PHAT"}
ORDERS = {
    OrderState.REQUESTED: "MOI_YEU_CAU",
    OrderState.PENDING: "CHO_THANH_TOAN",
    OrderState.PAID: "DA_THANH_TOAN",
    OrderState.FAILED: "THAT_BAI",
    OrderState.EXPIRED: "HET_HAN",
    OrderState.SUSPENDED: "CHO_XAC_MINH",
    OrderState.REVERSED: "BI_THU_HOI",
    OrderState.REFUNDING: "DANG_HOAN_TIEN",
    OrderState.REFUNDED: "DA_HOAN_TIEN",
    OrderState.PARTLY_REFUNDED: "HOAN_MOT_PHAN",
    OrderState.UNMATCHED: "KHONG_KHOP",
}
NEWS = {
    "payment.opened": "MoThanhToan",
    "payment.paid": "DaThanhToan",
    "payment.surplus": "ThuThua",
    "payment.failed": "ThatBai",
    "payment.expired": "HetHan",
    "payment.suspended": "ChoXacMinh",
    "payment.reversed": "BiThuHoi",
    "payment.declined": "TuChoi",
    "payment.refunded": "DaHoanTien",
    "payment.refund_failed": "KhongHoanTien",
    "receipt.issued": "BienLai",
}
DUES = {"due": "CON_PHAI_NOP", "nothing-due": "KHONG_PHAI_NOP", "not-found": "KHONG_CO_HO_SO"}
