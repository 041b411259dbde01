"""What is said otherwise of dossiers and receipts than of payments. Pure data."""

from __future__ import annotations

from collections.abc import Mapping

from bus.words import Words

# the codes of `schemas/codes/dossier-states.csv`
_STATES: Mapping[str, Words] = {
    "filed": Words("filed", "Mới đăng ký"),
    "received": Words("received", "Được tiếp nhận"),
    "not_received": Words("not received", "Không được tiếp nhận"),
    "processing": Words("processing", "Đang xử lý"),
    "supplement_requested": Words("supplement requested", "Yêu cầu bổ sung giấy tờ"),
    "payment_requested": Words("payment requested", "Yêu cầu thực hiện nghĩa vụ tài chính"),
    "withdrawn": Words("withdrawn", "Công dân yêu cầu rút hồ sơ"),
    "stopped": Words("stopped", "Dừng xử lý"),
    "completed": Words("completed", "Đã xử lý xong"),
    "returned": Words("returned", "Đã trả kết quả"),
}

KINDS: Mapping[str, Mapping[str, Words]] = {
    "payments": {},
    "dossiers": {
        **_STATES,
        "title": Words("Reconciliation of dossiers", "Đối soát hồ sơ"),
        "bridge": Words("Outcomes", "Kết quả"),
        "difference": Words("dong", "đồng"),
        "none": Words("No differences: both sides hold the same dossiers.", "Không có chênh lệch: hồ sơ hai bên khớp."),
        "missing_at_us": Words("unknown to the bus", "trục không có"),
        "missing_at_gateway": Words("missing on the other side", "bên kia thiếu"),
        "amount": Words("steps differ", "lệch số bước"),
        "status": Words("state differs", "lệch trạng thái hồ sơ"),
        "unanswered": Words("not answered by the other side", "bên kia chưa trả lời"),
        "ours.total": Words("our dossiers", "hồ sơ của trục"),
        "theirs.total": Words("the other side's dossiers", "hồ sơ của bên kia"),
        "theirs": Words("the other side", "bên kia"),
        "statement": Words("their list", "danh sách bên kia"),
        "fees": Words("charges, none here", "phí, không có ở đây"),
        "fee": Words("not delivered:", "chưa gửi:"),
    },
    "receipts": {
        "title": Words("Reconciliation of receipts", "Đối soát biên lai"),
        "bridge": Words("From payments to receipts", "Từ thanh toán đến biên lai"),
        "difference": Words("receipts less payments (dong)", "biên lai trừ thanh toán (đồng)"),
        "none": Words("No differences: every payment has its receipt.", "Không có chênh lệch: đủ biên lai."),
        "missing_at_us": Words("receipt without payment", "biên lai không có thanh toán"),
        "missing_at_gateway": Words("payment without receipt", "thanh toán chưa có biên lai"),
        "amount": Words("receipt over another amount", "biên lai lệch số tiền"),
        "duplicate": Words("receipted twice", "biên lai trùng"),
        "ours.total": Words("payments", "thanh toán"),
        "theirs.total": Words("receipts", "biên lai"),
        "ours": Words("payment", "thanh toán"),
        "theirs": Words("receipt", "biên lai"),
        "statement": Words("receipts", "biên lai"),
    },
}

RECEIPT_CAUSES: Mapping[str, tuple[Words, Words]] = {
    "not_settled": (
        Words("the payment has no receipt yet", "thanh toán chưa có biên lai"),
        Words(
            "have the receipt fetched again; ask the issuer if it stays away",
            "lấy lại biên lai; nếu vẫn không có thì hỏi nơi phát hành",
        ),
    ),
    "notice_lost": (
        Words("a receipt for a payment that the bus does not have", "biên lai cho khoản trục không có"),
        Words("reconcile the payments of that day first", "đối soát thanh toán của ngày đó trước"),
    ),
    "over": (
        Words("the receipts are over more than was paid", "biên lai lớn hơn số đã trả"),
        Words("ask the issuer to withdraw what is too much", "đề nghị nơi phát hành hủy phần thừa"),
    ),
    "under": (
        Words(
            "the receipts are over less than was paid; one may be missing", "biên lai nhỏ hơn số đã trả; có thể thiếu"
        ),
        Words("look for the receipt of the other fee line", "tìm biên lai của khoản phí còn lại"),
    ),
    "reversed_here": (
        Words("the payment was taken back, the receipt still stands", "thanh toán đã bị đảo, biên lai vẫn còn"),
        Words("have the receipt withdrawn", "đề nghị hủy biên lai"),
    ),
}

__all__ = ["KINDS", "RECEIPT_CAUSES"]
