"""What reconciliation says to people, in English and Vietnamese. Pure data."""

from __future__ import annotations

from collections.abc import Mapping

from bus.words import Words
from reconciliation.words_kinds import KINDS, RECEIPT_CAUSES

OUTCOMES: Mapping[str, Words] = {
    "matched": Words("matched", "khớp"),
    "missing_at_us": Words("missing at us", "trục thiếu"),
    "missing_at_gateway": Words("missing at the gateway", "cổng thiếu"),
    "amount": Words("amount differs", "lệch số tiền"),
    "status": Words("status differs", "lệch trạng thái"),
    "duplicate": Words("paid twice", "trùng"),
    "refund": Words("refund differs", "lệch hoàn tiền"),
    "unanswered": Words("not answered by the gateway", "cổng chưa trả lời"),
    "own_books": Words("our own books differ", "sổ của trục không khớp nhau"),
    "cut_off": Words("other session (cut-off)", "khác phiên (giờ cắt)"),
    "fees": Words("charges of the gateway", "phí của cổng"),
}

CAUSES: Mapping[str, tuple[Words, Words]] = {
    "": (Words("", ""), Words("", "")),
    "gateway_reference_differs": (
        Words("the same reference under two gateway references", "cùng mã tham chiếu, hai mã của cổng"),
        Words(
            "nothing if it is the only payment; else ask the gateway which one counts",
            "không cần làm gì nếu chỉ có một giao dịch; nếu không, hỏi cổng mã nào đúng",
        ),
    ),
    "notice_lost": (
        Words(
            "the gateway has the money and we never heard of it: its notice was lost",
            "cổng đã thu tiền nhưng trục không nhận được thông báo",
        ),
        Words(
            "query the payment at the gateway; if it is confirmed, book it and move the case on",
            "truy vấn giao dịch ở cổng; nếu đúng thì ghi nhận và chuyển bước hồ sơ",
        ),
    ),
    "not_ours": (
        Words(
            "the gateway has money without a reference of ours", "cổng có khoản tiền không mang mã tham chiếu của ta"
        ),
        Words(
            "ask the gateway who paid what; it may be another merchant's",
            "hỏi cổng ai trả khoản gì; có thể của đơn vị khác",
        ),
    ),
    "cut_off_next": (
        Words("paid close to the cut-off: it belongs to the next session", "trả sát giờ cắt: thuộc phiên sau"),
        Words(
            "nothing now; the run of the next session looks for it", "chưa cần làm gì; lần đối soát phiên sau sẽ tìm"
        ),
    ),
    "cut_off_previous": (
        Words(
            "paid close to the cut-off: it probably stands in the previous session",
            "trả sát giờ cắt: có thể thuộc phiên trước",
        ),
        Words("reconcile the previous session, then this one again", "đối soát phiên trước, rồi chạy lại phiên này"),
    ),
    "cut_off_twice": (
        Words("neither the previous session nor this one has it", "cả phiên trước và phiên này đều không có"),
        Words("query the payment at the gateway and have it traced", "truy vấn giao dịch ở cổng và yêu cầu tra soát"),
    ),
    "not_settled": (
        Words(
            "we were told that it is paid, and the gateway does not settle it",
            "ta đã được báo là đã trả nhưng cổng không quyết toán",
        ),
        Words(
            "query the payment at the gateway and have it traced before the case goes on",
            "truy vấn giao dịch ở cổng và yêu cầu tra soát trước khi xử lý tiếp hồ sơ",
        ),
    ),
    "hundredfold": (
        Words(
            "one amount is a hundred times the other: one side counts in hundredths",
            "số này gấp trăm lần số kia: một bên tính theo đơn vị 1/100",
        ),
        Words(
            "look at `minor_units` of the layout, then at the adapter",
            "xem `minor_units` trong bố cục, rồi xem adapter",
        ),
    ),
    "net_of_fee": (
        Words("the gateway lists what is left after its fee", "cổng ghi số tiền đã trừ phí"),
        Words(
            "say `net: true` in the layout, or have the gateway list gross amounts",
            "ghi `net: true` trong bố cục, hoặc đề nghị cổng ghi số tiền gộp",
        ),
    ),
    "over": (
        Words("the gateway took more than we booked", "cổng thu nhiều hơn ta ghi nhận"),
        Words(
            "query the payment; refund the surplus or correct the booking",
            "truy vấn giao dịch; hoàn phần thừa hoặc sửa bút toán",
        ),
    ),
    "under": (
        Words("the gateway took less than we booked", "cổng thu ít hơn ta ghi nhận"),
        Words(
            "query the payment; collect the rest or correct the booking",
            "truy vấn giao dịch; thu nốt phần thiếu hoặc sửa bút toán",
        ),
    ),
    "fee": (
        Words("the amounts agree, the gateway's fee does not", "số tiền khớp, phí của cổng thì không"),
        Words("compare with the contract; have the invoice corrected", "đối chiếu hợp đồng; yêu cầu sửa hóa đơn phí"),
    ),
    "late_success": (
        Words(
            "it succeeded at the gateway after we had given up waiting, or its notice was lost",
            "thành công ở cổng sau khi ta đã thôi chờ, hoặc mất thông báo",
        ),
        Words(
            "query the payment; book it as late and move the case on, or refund it",
            "truy vấn giao dịch; ghi nhận trả muộn và chuyển bước hồ sơ, hoặc hoàn tiền",
        ),
    ),
    "not_confirmed": (
        Words("we have it as paid, the gateway does not know yet", "ta ghi đã trả, cổng chưa xác định"),
        Words(
            "query the payment tomorrow; keep the case waiting until then",
            "truy vấn lại vào ngày mai; tạm giữ hồ sơ đến lúc đó",
        ),
    ),
    "failed_there": (
        Words("we have it as paid, at the gateway it failed", "ta ghi đã trả, ở cổng thì thất bại"),
        Words(
            "query the payment; if it did fail, take the booking back and ask for payment again",
            "truy vấn giao dịch; nếu thất bại thật, hủy ghi nhận và yêu cầu trả lại",
        ),
    ),
    "reversed_there": (
        Words("the gateway took the payment back", "cổng đã đảo giao dịch"),
        Words(
            "query the payment; take the booking back and ask for payment again",
            "truy vấn giao dịch; hủy ghi nhận và yêu cầu trả lại",
        ),
    ),
    "reversed_here": (
        Words("we have it as reversed, the gateway settles it", "ta ghi đã đảo, cổng vẫn quyết toán"),
        Words(
            "query the payment; if it is paid, book it again or refund it",
            "truy vấn giao dịch; nếu đã trả thì ghi nhận lại hoặc hoàn tiền",
        ),
    ),
    "not_answered": (
        Words(
            "the gateway was not asked about this payment after the day had ended, or has not answered",
            "chưa hỏi cổng về giao dịch này sau khi hết ngày, hoặc cổng chưa trả lời",
        ),
        Words("have the bus ask (--ask), then reconcile again", "cho trục hỏi cổng (--ask) rồi đối soát lại"),
    ),
    "dossier_not_delivered": (
        Words(
            "the bus holds messages about it that the other side has not taken", "trục còn thông điệp bên kia chưa nhận"
        ),
        Words(
            "look at its deliveries (messages trace), replay what was refused",
            "xem các lượt gửi (messages trace), gửi lại phần bị từ chối",
        ),
    ),
    "dossier_state": (
        Words("the other side took everything and shows another state", "bên kia đã nhận đủ nhưng ghi trạng thái khác"),
        Words(
            "look at the dossier there; replay its last step, or ask who changed it",
            "xem hồ sơ ở bên kia; gửi lại bước cuối hoặc hỏi ai đã sửa",
        ),
    ),
    "dossier_lost": (
        Words("the other side took it and does not have it", "bên kia đã nhận nhưng không có hồ sơ"),
        Words("look the dossier up there, then replay it", "tra hồ sơ ở bên kia rồi gửi lại"),
    ),
    "dossier_unknown": (
        Words("filed or changed there, and never told to the bus", "nộp hoặc sửa ở bên kia, trục chưa được báo"),
        Words("find out who sent it there past the bus", "tìm xem ai đã gửi mà không qua trục"),
    ),
    "dossier_not_answered": (
        Words("the other side could not be asked, or tells no state", "chưa hỏi được bên kia hoặc không rõ trạng thái"),
        Words("reconcile again later", "đối soát lại sau"),
    ),
    "steps_missing": (
        Words("steps are missing there", "bên kia thiếu bước"),
        Words("replay the steps that are not shown", "gửi lại các bước còn thiếu"),
    ),
    "steps_more": (
        Words("there are more steps there than the bus was told of", "bên kia có nhiều bước hơn trục"),
        Words("find out who added steps past the bus", "tìm xem ai đã thêm bước mà không qua trục"),
    ),
    "behind": (
        Words("one side is behind; no money moved", "một bên cập nhật chậm; không có tiền chuyển"),
        Words(
            "query the payment; the next run shows whether it settled itself",
            "truy vấn giao dịch; lần chạy sau sẽ cho thấy đã khớp chưa",
        ),
    ),
    "paid_twice": (
        Words("the payer paid this reference twice", "người nộp trả hai lần cho mã này"),
        Words(
            "query both payments, book the second one as surplus and refund it",
            "truy vấn cả hai, ghi nhận khoản thứ hai là thừa và hoàn lại",
        ),
    ),
    "listed_twice": (
        Words("the file lists the same payment twice", "tệp ghi trùng cùng một giao dịch"),
        Words(
            "have the gateway correct its file; do not pay out twice", "yêu cầu cổng sửa tệp; không quyết toán hai lần"
        ),
    ),
    "booked_twice": (
        Words(
            "we have a further payment of this reference, the gateway does not",
            "ta ghi thêm một giao dịch của mã này, cổng không có",
        ),
        Words(
            "query it at the gateway; if it is unknown there, take the booking back",
            "truy vấn ở cổng; nếu không có thì hủy ghi nhận",
        ),
    ),
    "refund_missing_at_us": (
        Words(
            "refunded at the gateway and not through the bus, perhaps by hand",
            "hoàn tiền ở cổng, không qua trục, có thể làm tay",
        ),
        Words("ask who refunded; book it and withdraw the receipt", "hỏi ai đã hoàn; ghi nhận và hủy biên lai"),
    ),
    "refund_missing_at_gateway": (
        Words(
            "we have a refund that the gateway does not list; its bank may still be at it",
            "ta có khoản hoàn mà cổng không ghi; ngân hàng có thể đang xử lý",
        ),
        Words(
            "query the refund; never send it again before the answer",
            "truy vấn khoản hoàn; không gửi lại khi chưa có trả lời",
        ),
    ),
    "refund_amount": (
        Words("the amounts of the refund differ", "số tiền hoàn lệch nhau"),
        Words(
            "query the refund; correct the booking or have the rest refunded",
            "truy vấn khoản hoàn; sửa bút toán hoặc hoàn nốt",
        ),
    ),
    "refund_status": (
        Words("the refund stands differently on the two sides", "trạng thái khoản hoàn lệch nhau"),
        Words(
            "query the refund; the payer waits until both say paid",
            "truy vấn khoản hoàn; người nộp còn chờ đến khi hai bên khớp",
        ),
    ),
    "refund_twice": (
        Words(
            "the same payment was refunded twice, or the refund is listed twice",
            "hoàn trùng, hoặc ghi trùng khoản hoàn",
        ),
        Words("query both refunds; have the surplus returned", "truy vấn cả hai; thu hồi phần hoàn thừa"),
    ),
    "refund_fee": (
        Words("the fee of the refund differs", "phí của khoản hoàn lệch nhau"),
        Words("compare with the contract", "đối chiếu hợp đồng"),
    ),
}

SAID: Mapping[str, Words] = {
    "title": Words("Reconciliation of payments", "Đối soát thanh toán"),
    "run": Words("run", "lần chạy"),
    "session": Words("session", "phiên"),
    "system": Words("system", "cổng"),
    "outcome": Words("outcome", "kết quả"),
    "lines": Words("lines", "số dòng"),
    "difference": Words("gateway less us (dong)", "cổng trừ trục (đồng)"),
    "ours": Words("ours", "trục"),
    "theirs": Words("gateway", "cổng"),
    "ours.total": Words("our books", "sổ của trục"),
    "theirs.total": Words("the gateway's file", "tệp của cổng"),
    "fees": Words("the gateway's fees, apart", "phí của cổng, tính riêng"),
    "refunds": Words("refunds", "hoàn tiền"),
    "payments": Words("payments", "thanh toán"),
    "bridge": Words("From our books to the gateway's file", "Từ sổ của trục đến tệp của cổng"),
    "hours": Words("Differences by hour", "Chênh lệch theo giờ"),
    "differences": Words("Differences", "Chênh lệch"),
    "none": Words("No differences: every dong is explained.", "Không có chênh lệch: mọi đồng đều được giải thích."),
    "cut": Words(
        "{shown} of {all} are shown; all are in differences.csv.",
        "Hiện {shown} trong {all}; toàn bộ ở differences.csv.",
    ),
    "since": Words(
        "Since run {number}: {new} new, {same} unchanged, {gone} settled",
        "So với lần {number}: {new} mới, {same} như cũ, {gone} đã hết",
    ),
    "first": Words("This is the first run of this session.", "Đây là lần chạy đầu của phiên này."),
    "own": Words(
        "Our own books: what the gateways' messages prove, and what the payment process has booked",
        "Sổ của trục: điều cổng đã báo và điều tiến trình thanh toán đã ghi",
    ),
    "own.messages": Words("by the messages", "theo thông điệp"),
    "own.process": Words("in the process", "theo tiến trình"),
    "own.undated": Words(
        "{count} lines of the process have no time and are in no day.",
        "{count} dòng của tiến trình không có thời gian nên không thuộc ngày nào.",
    ),
    "gone": Words("Settled since", "Đã hết"),
    "inputs": Words("Inputs", "Dữ liệu vào"),
    "statement": Words("statement", "tệp của cổng"),
    "as_of": Words("our lines as of", "dữ liệu của trục tính đến"),
    "carried": Words("to the next session", "chuyển phiên sau"),
    "new": Words("new", "mới"),
    "same": Words("unchanged", "như cũ"),
    "likely": Words("likely cause", "nguyên nhân có thể"),
    "next": Words("next step", "bước tiếp theo"),
    "change": Words("change", "thay đổi"),
    "reference": Words("reference", "mã tham chiếu"),
    "gateway_reference": Words("gateway reference", "mã của cổng"),
    "line": Words("line of the file", "dòng trong tệp"),
    "paid": Words("paid", "đã trả"),
    "pending": Words("pending", "đang chờ"),
    "failed": Words("failed", "thất bại"),
    "reversed": Words("reversed", "đã đảo"),
    "fee": Words("fee", "phí"),
    "nothing": Words("nothing", "không có"),
    "reading": Words("reading {what}", "đang đọc {what}"),
    "exporting": Words("our lines", "dữ liệu của trục"),
}


def outcome(kind: str, name: str) -> Words:
    """How an outcome is called where lines of that kind are reconciled."""
    return KINDS[kind].get(name) or OUTCOMES[name]


def said(kind: str, key: str) -> Words:
    """Any other text."""
    return KINDS[kind].get(key) or SAID[key]


def causes(kind: str) -> Mapping[str, tuple[Words, Words]]:
    """(likely cause, next step) by the code of the cause."""
    return {**CAUSES, **RECEIPT_CAUSES} if kind == "receipts" else CAUSES


__all__ = ["CAUSES", "OUTCOMES", "SAID", "causes", "outcome", "said"]
