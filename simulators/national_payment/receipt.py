"""The receipt (biên lai) as a PDF of one page, in ASCII."""

from __future__ import annotations

from ..gateway.orders import Order, Payment
from ..gateway.times import stamp


def pdf(order: Order, payment: Payment) -> bytes:
    """A PDF that names reference, number, amount and time."""
    lines = ("BIEN LAI (MO PHONG)", order.reference, payment.number, f"{payment.amount} VND", stamp(payment.at))
    shown = " ".join(f"({_plain(line)}) Tj 0 -20 Td" for line in lines)
    drawn = f"BT /F1 14 Tf 72 770 Td {shown} ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    text, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {count}\n0000000000 65535 f \n{table}{end}".encode("ascii")


def _plain(text: str) -> str:
    """Printable ASCII, without the signs that end a PDF string."""
    return "".join(sign if sign.isascii() and sign.isprintable() and sign not in "()\\" else "?" for sign in text)


__all__ = ["pdf"]
