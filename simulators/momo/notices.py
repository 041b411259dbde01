"""MoMo's IPN: POST JSON, answered by 204 without a body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from ..gateway.notices import Fields, Marks, Wire
from ..gateway.orders import Order, Payment
from ..gateway.times import millis
from . import signing
from .settings import MomoSettings

MESSAGES = {
    0: "Thành công.",
    10: "Hệ thống đang được bảo trì.",
    11: "Truy cập bị từ chối.",
    13: "Xác thực doanh nghiệp thất bại.",
    20: "Yêu cầu sai định dạng.",
    21: "Số tiền không hợp lệ.",
    22: "Số tiền giao dịch nằm ngoài giới hạn.",
    40: "RequestId bị trùng.",
    41: "OrderId bị trùng.",
    42: "OrderId không hợp lệ hoặc không được tìm thấy.",
    1000: "Giao dịch đã được khởi tạo, chờ người dùng xác nhận thanh toán.",
    1001: "Giao dịch thất bại do tài khoản không đủ tiền.",
    1005: "Giao dịch thất bại do url hoặc QR code đã hết hạn.",
    1006: "Giao dịch thất bại do người dùng từ chối xác nhận thanh toán.",
    1080: "Hoàn tiền thất bại.",
    1081: "Hoàn tiền bị từ chối. Giao dịch thanh toán ban đầu có thể đã được hoàn.",
    1088: "Hoàn tiền bị từ chối. Giao dịch thanh toán ban đầu không được hỗ trợ hoàn tiền.",
    7000: "Giao dịch đang được xử lý.",
    7002: "Giao dịch đang được xử lý bởi nhà cung cấp loại hình thanh toán.",
}


def message(code: int) -> str:
    """What MoMo says to a code."""
    return MESSAGES.get(code, "Giao dịch thất bại.")


class MomoNotices:
    """What MoMo says about a payment."""

    marks = Marks("amount", "orderId", "partnerCode", {"resultCode": (0, 1006)})

    def __init__(self, settings: MomoSettings, clock: Callable[[], float]) -> None:
        self.settings, self.clock = settings, clock

    def tells(self, payment: Payment) -> bool:
        """Failures too; what is in process, not yet."""
        return payment.stand != "pending"

    def fields(self, order: Order, payment: Payment) -> dict[str, Any]:
        """The fields of IPN and redirect; `responseTime` is that of the sending."""
        return {
            "partnerCode": self.settings.partner,
            "orderId": order.reference,
            "requestId": order.native["requestId"],
            "amount": payment.amount,
            "orderInfo": order.native["orderInfo"],
            "orderType": "momo_wallet",
            "transId": int(payment.number),
            "resultCode": int(payment.code),
            "message": message(int(payment.code)),
            "payType": "qr",
            "responseTime": millis(self.clock()),
            "extraData": order.native["extraData"],
        }

    def sign(self, fields: Fields, secret: str | None = None) -> str:
        """`signature`."""
        return signing.signature(signing.NOTICE, fields, self.settings.access_key, secret or self.settings.secret)

    def wire(self, fields: Fields, digest: str, url: str) -> Wire:
        """POST JSON."""
        said = {**fields, **({"signature": digest} if digest else {})}
        return Wire("POST", url, orjson.dumps(said))

    def satisfied(self, status: int, body: bytes) -> bool:
        """Whether it is 204."""
        return status == 204


__all__ = ["MESSAGES", "MomoNotices", "message"]
