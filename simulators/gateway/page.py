"""The page on which a payer pays, for people: what is to be paid, and buttons."""

from __future__ import annotations

from html import escape
from typing import Any, get_args
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from .orders import Act, NotTaken, Order
from .state import GatewayState

PATH = "/pay"
BUTTONS: dict[Act, str] = {"pay": "Thanh toán", "cancel": "Hủy", "fail": "Thất bại"}
_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title}</title>
<body style="font-family:sans-serif;max-width:32em;margin:4em auto"><h1>{title}</h1>{body}</body></html>"""


def shown(title: str, body: str) -> str:
    """A page; `body` is HTML."""
    return _PAGE.format(title=escape(title), body=body)


def of_order(state: GatewayState[Any], order: Order) -> str:
    """The page of one order."""
    amount = f"{order.amount:,}".replace(",", ".")
    told = f"<p>{escape(order.reference)}: <b>{amount} đ</b> ({order.stand(state.clock())})</p>"
    knobs = "".join(
        f'<button name="act" value="{act}">{label}</button> ' for act, label in BUTTONS.items() if act in state.codes
    )
    form = f'<form method="post" action="{PATH}/{quote(order.reference, safe="")}">{knobs}</form>'
    return shown("Thanh toán (mô phỏng)", told + form)


class Page:
    """`GET` shows an order, `POST` does what the button says and sends the browser back."""

    def __init__(self, state: GatewayState[Any]) -> None:
        self.state = state

    async def __call__(self, request: Request) -> Response:
        order = self.state.orders.get(request.path_params["reference"])
        if order is None:
            return HTMLResponse(shown("Không tìm thấy giao dịch", ""), 404)
        if request.method == "GET":
            return HTMLResponse(of_order(self.state, order))
        pressed = parse_qs((await request.body()).decode("utf-8", "replace")).get("act", [""])[0]
        act = next((known for known in get_args(Act) if known == pressed), None)
        try:
            if act is None:
                raise NotTaken(f"no button says {pressed[:20]}")
            self.state.pay(order.reference, act)
        except NotTaken as error:
            return HTMLResponse(shown("Không thực hiện được", f"<p>{escape(str(error))}</p>"), 409)
        back = self.state.return_to(order)
        return RedirectResponse(back, 303) if back else HTMLResponse(of_order(self.state, order))


__all__ = ["PATH", "Page", "of_order", "shown"]
