"""What is said about a file that cannot be read right: what is wrong, and the cure. Pure data."""

from __future__ import annotations

from collections.abc import Mapping

from bus.words import Words

FLAWS: Mapping[str, tuple[Words, Words]] = {
    "empty": (
        Words("the file is empty", "tệp trống"),
        Words("fetch it again; a gateway sends at least a header", "tải lại tệp; cổng luôn gửi ít nhất dòng tiêu đề"),
    ),
    "no-lines": (
        Words("the file has no lines", "tệp không có dòng giao dịch nào"),
        Words(
            "fetch it again; if a day without payments looks like this, say `allow_empty: true` in the layout",
            "tải lại tệp; nếu ngày không có giao dịch trông như vậy, ghi `allow_empty: true` trong bố cục",
        ),
    ),
    "encoding": (
        Words("the byte {byte} is not {encoding}", "byte {byte} không thuộc {encoding}"),
        Words(
            "fetch the file again, or say `encoding:` in the layout (windows-1258 for old Vietnamese files)",
            "tải lại tệp, hoặc ghi `encoding:` trong bố cục (windows-1258 với tệp tiếng Việt cũ)",
        ),
    ),
    "control": (
        Words("contains the control character {character}", "có ký tự điều khiển {character}"),
        Words("fetch the file again; it is damaged or no text", "tải lại tệp; tệp hỏng hoặc không phải văn bản"),
    ),
    "header": (
        Words(
            "no row holds all columns of the layout; missing: {missing}", "không dòng nào có đủ cột; thiếu: {missing}"
        ),
        Words(
            "correct `columns` of the layout; this row holds: {found}",
            "sửa `columns` trong bố cục; dòng này có: {found}",
        ),
    ),
    "twice-named": (
        Words("the column {name} stands here twice", "cột {name} lặp lại ở đây"),
        Words("give the number of the column in the layout instead", "ghi số thứ tự cột trong bố cục thay cho tên"),
    ),
    "no-column": (
        Words("there is no column {number}; the line has {width}", "không có cột {number}; dòng chỉ có {width}"),
        Words("correct `columns` or `delimiter` of the layout", "sửa `columns` hoặc `delimiter` trong bố cục"),
    ),
    "width": (
        Words("the line has {found} columns instead of {width}", "dòng có {found} cột thay vì {width}"),
        Words(
            "fetch the file again, it may be cut off; rows that are no lines are named under `ignore` in the layout",
            "tải lại tệp vì có thể bị cắt; dòng không phải giao dịch thì khai ở `ignore` trong bố cục",
        ),
    ),
    "quote": (
        Words(
            "a quoted cell is not closed, or goes on after its end: {reason}",
            "ô trong nháy kép không đóng đúng: {reason}",
        ),
        Words(
            'fetch the file again; if it uses no quotes, say `quote: ""`',
            'tải lại tệp; nếu tệp không dùng dấu nháy, ghi `quote: ""`',
        ),
    ),
    "cut-off": (
        Words(
            "the last line has no line break: the file was probably cut off here",
            "dòng cuối không xuống dòng: có thể tệp bị cắt tại đây",
        ),
        Words(
            "fetch it again; if this gateway always ends like this, say `final_newline: false` or name its `totals`",
            "tải lại tệp; nếu cổng luôn kết thúc như vậy, ghi `final_newline: false` hoặc khai `totals`",
        ),
    ),
    "amount": (
        Words(
            "{column}: {value} is not an amount in dong as the layout writes it",
            "{column}: {value} không phải số tiền theo bố cục",
        ),
        Words(
            "correct `amount` of the layout (decimal, thousands, minor_units), or the file",
            "sửa `amount` trong bố cục (decimal, thousands, minor_units), hoặc sửa tệp",
        ),
    ),
    "negative": (
        Words("{column}: {value} is negative", "{column}: {value} là số âm"),
        Words(
            "say in the layout what that means: `negative: refund` or `reversed`",
            "ghi rõ trong bố cục: `negative: refund` hoặc `reversed`",
        ),
    ),
    "precision": (
        Words(
            "{column}: a number of more than 15 digits, which a spreadsheet rounds",
            "{column}: số hơn 15 chữ số, bảng tính đã làm tròn",
        ),
        Words("have this column sent as text", "yêu cầu gửi cột này ở dạng văn bản"),
    ),
    "formula-error": (
        Words("the cell holds an error of the spreadsheet", "ô chứa lỗi của bảng tính"),
        Words("have the file sent again", "yêu cầu gửi lại tệp"),
    ),
    "time": (
        Words(
            "{column}: {value} is not a time of the form {formats}",
            "{column}: {value} không đúng dạng thời gian {formats}",
        ),
        Words("add its form to `time.formats` of the layout", "thêm dạng này vào `time.formats` trong bố cục"),
    ),
    "outside": (
        Words("{column}: {value} is not of the session {session}", "{column}: {value} không thuộc phiên {session}"),
        Words(
            "this is the file of another day: give its --date; or say `outside: keep` in the layout",
            "đây là tệp của ngày khác: chỉ định --date đúng; hoặc ghi `outside: keep` trong bố cục",
        ),
    ),
    "kind": (
        Words("{column}: nobody said what {value} is", "{column}: chưa khai {value} là loại gì"),
        Words("add it to `kinds` of the layout", "thêm vào `kinds` trong bố cục"),
    ),
    "status": (
        Words("{column}: nobody said what {value} means", "{column}: chưa khai {value} nghĩa là gì"),
        Words("add it to `statuses` of the layout", "thêm vào `statuses` trong bố cục"),
    ),
    "currency": (
        Words("{column}: {value} is not VND", "{column}: {value} không phải VND"),
        Words(
            "only dong is reconciled; have the line explained by the gateway",
            "chỉ đối soát đồng Việt Nam; đề nghị cổng giải thích dòng này",
        ),
    ),
    "reference": (
        Words("the line has neither reference nor gateway reference", "dòng không có mã tham chiếu nào"),
        Words(
            "fetch the file again; rows that are no lines are named under `ignore`",
            "tải lại tệp; dòng không phải giao dịch thì khai ở `ignore`",
        ),
    ),
    "totals-missing": (
        Words("the totals row ({starts}) is not there: the file is cut off", "thiếu dòng tổng ({starts}): tệp bị cắt"),
        Words("fetch the file again", "tải lại tệp"),
    ),
    "totals-twice": (
        Words("a second totals row", "dòng tổng thứ hai"),
        Words("fetch the file again; it may be two files in one", "tải lại tệp; có thể hai tệp bị ghép"),
    ),
    "totals-before": (
        Words("lines follow after the totals row", "còn dòng giao dịch sau dòng tổng"),
        Words("fetch the file again; it may be two files in one", "tải lại tệp; có thể hai tệp bị ghép"),
    ),
    "totals-unreadable": (
        Words("the totals row does not say its {what} as the layout has it", "dòng tổng không ghi {what} theo bố cục"),
        Words("fetch the file again, or correct `totals` of the layout", "tải lại tệp, hoặc sửa `totals` trong bố cục"),
    ),
    "totals-differ": (
        Words(
            "the totals row says {what} {said}, the lines give {found}",
            "dòng tổng ghi {what} {said}, cộng các dòng được {found}",
        ),
        Words(
            "fetch the file again; lines are missing, doubled or changed",
            "tải lại tệp; có dòng thiếu, trùng hoặc bị sửa",
        ),
    ),
    "json": (
        Words("not JSON: {reason}", "không phải JSON: {reason}"),
        Words("fetch the file again, it may be cut off", "tải lại tệp vì có thể bị cắt"),
    ),
    "json-records": (
        Words("there is no list of objects at {pointer}", "không có danh sách đối tượng tại {pointer}"),
        Words("correct `records` of the layout", "sửa `records` trong bố cục"),
    ),
    "json-large": (
        Words(
            "one JSON document of {size} MB; at most {most} MB are read",
            "một tài liệu JSON {size} MB; tối đa {most} MB",
        ),
        Words("have it sent as JSON lines, one object a line", "yêu cầu gửi dạng JSON lines, mỗi dòng một đối tượng"),
    ),
    "sheet": (
        Words("not a spreadsheet that can be read: {reason}", "không đọc được bảng tính: {reason}"),
        Words(
            "fetch the file again, it may be cut off; or correct `sheet` of the layout",
            "tải lại tệp vì có thể bị cắt; hoặc sửa `sheet` trong bố cục",
        ),
    ),
}

__all__ = ["FLAWS"]
