"""Every kind of mistake that a configuration can have: a stable code, what is said, and the cure.

`docs/reference/errors.md` is generated from this table. A code is never given to another kind of mistake.
Words in braces are filled in by whoever finds the mistake; `what` and `cure` are in English and in Vietnamese.
"""

from __future__ import annotations

from bus.words import Code, Severity, Words


def _code(id: str, name: str, meaning: str, what: Words, cure: Words, severity: Severity = "error") -> Code:
    return Code(id, name, meaning, what, cure, severity)


_READING = (
    _code(
        "LT001",
        "yaml-syntax",
        "The file is not YAML. Nothing else can be said about this file until it is; other files of a folder are read.",
        Words("not YAML: {reason}", "không phải YAML: {reason}"),
        Words("correct the syntax here or just above", "sửa cú pháp ở đây hoặc ngay phía trên"),
    ),
    _code(
        "LT002",
        "yaml-tab",
        "A line is indented with a tab, which YAML forbids.",
        Words("a tab in the indentation", "có ký tự tab ở đầu dòng"),
        Words("indent with spaces", "thụt dòng bằng dấu cách"),
    ),
    _code(
        "LT003",
        "duplicate-key",
        "The same key stands twice in one section; one of them would be ignored silently.",
        Words("{key} stands here a second time (first in line {line})", "{key} lặp lại (lần đầu ở dòng {line})"),
        Words("keep one of the two", "chỉ giữ lại một"),
    ),
    _code(
        "LT004",
        "file-unreadable",
        "The configuration file or folder cannot be read, is not UTF-8, or a folder holds no *.yaml.",
        Words("cannot be read: {reason}", "không đọc được: {reason}"),
        Words(
            "name a UTF-8 YAML file that this user may read, or a folder with *.yaml files",
            "chỉ định một tệp YAML mã hóa UTF-8 đọc được, hoặc một thư mục có các tệp *.yaml",
        ),
    ),
    _code(
        "LT005",
        "not-a-section",
        "A configuration file is empty or is not made of `key: value` at its outermost level.",
        Words("expected sections such as systems: and routes:, found {found}", "cần các mục như systems:, gặp {found}"),
        Words("begin with unit: and the sections", "bắt đầu bằng unit: và các mục"),
    ),
    _code(
        "LT006",
        "defined-twice",
        "Two files of one configuration folder give the same key.",
        Words("{key} is already set in {where}", "{key} đã có trong {where}"),
        Words("keep it in one of the files", "chỉ giữ trong một tệp"),
    ),
    _code(
        "LT007",
        "yaml-unsupported",
        "A tag (`!x`), an alias that contains itself, or a key that is not a text.",
        Words("not supported here: {reason}", "không hỗ trợ: {reason}"),
        Words("write plain keys and values", "viết khóa và giá trị thông thường"),
    ),
)

_SECRETS = (
    _code(
        "LT010",
        "env-missing",
        "`${env:NAME}` names an environment variable that is not set.",
        Words("the environment variable {name} is not set", "biến môi trường {name} chưa được đặt"),
        Words("set it before starting, e.g. export {name}=...", "đặt biến trước khi chạy, ví dụ export {name}=..."),
    ),
    _code(
        "LT011",
        "secret-file-unreadable",
        "`${file:PATH}` names a file that cannot be read. The path is relative to the configuration file.",
        Words("the file {path} cannot be read: {reason}", "không đọc được tệp {path}: {reason}"),
        Words("create it, or let this user read it", "tạo tệp, hoặc cấp quyền đọc cho người dùng này"),
    ),
    _code(
        "LT012",
        "placeholder-unknown",
        "`${...}` that is neither `${env:NAME}` nor `${file:PATH}`.",
        Words("{placeholder} is not understood", "không hiểu {placeholder}"),
        Words(
            "write ${{env:NAME}} or ${{file:PATH}}; a literal ${{ is written $${{",
            "viết ${{env:TEN}} hoặc ${{file:DUONG_DAN}}; muốn giữ nguyên ${{ thì viết $${{",
        ),
    ),
    _code(
        "LT013",
        "secret-in-clear",
        "A password, key or token is written in the file itself: everyone who reads the file has it.",
        Words("{key} is a secret and stands here in the clear", "{key} là bí mật mà lại ghi rõ trong tệp"),
        Words(
            "move it out and write ${{env:NAME}} or ${{file:PATH}} here",
            "chuyển ra ngoài và viết ${{env:TEN}} hoặc ${{file:DUONG_DAN}}",
        ),
        "warning",
    ),
)

_MODEL = (
    _code(
        "LT020",
        "unknown-key",
        "A key that nothing reads.",
        Words("{key} is not known here", "khóa {key} không có ở đây"),
        Words("{hint}", "{hint}"),
    ),
    _code(
        "LT021",
        "missing-key",
        "A key without which the section makes no sense.",
        Words("{key} is missing", "thiếu {key}"),
        Words("add it{hint}", "thêm vào{hint}"),
    ),
    _code(
        "LT022",
        "wrong-type",
        "A text where a number is expected, a list where a section is expected, and the like.",
        Words("{key} should be {expected}, found {found}", "{key} phải là {expected}, gặp {found}"),
        Words("write {expected}", "ghi {expected}"),
    ),
    _code(
        "LT023",
        "out-of-range",
        "A number outside the range that the reference gives, or a text or list that is too short or too long.",
        Words("{key} should be {expected}, found {found}", "{key} phải {expected}, gặp {found}"),
        Words("choose a value in the range", "chọn giá trị trong khoảng cho phép"),
    ),
    _code(
        "LT024",
        "wrong-value",
        "A value of the right type that is not one of those allowed, or not of the form needed.",
        Words("{key}: {reason}", "{key}: {reason}"),
        Words("{hint}", "{hint}"),
    ),
)

_PARTS = (
    _code(
        "LT030",
        "unknown-adapter",
        "No installed package registers an adapter of this name (`lienthong adapters` lists them).",
        Words("there is no adapter {name}", "không có bộ chuyển đổi (adapter) {name}"),
        Words("{hint}", "{hint}"),
    ),
    _code(
        "LT031",
        "unknown-connector",
        "No installed package registers a connector of this name (`lienthong connectors` lists them).",
        Words("there is no connector {name}", "không có bộ kết nối (connector) {name}"),
        Words("{hint}", "{hint}"),
    ),
    _code(
        "LT032",
        "part-not-loadable",
        "An adapter or connector is installed and cannot be loaded.",
        Words("{reason}", "{reason}"),
        Words("repair or reinstall the package that is named", "sửa hoặc cài lại gói đã nêu"),
    ),
    _code(
        "LT033",
        "unknown-operation",
        "`on_unknown` speaks of an operation that the adapter does not have.",
        Words("the adapter {adapter} has no operation {name}", "adapter {adapter} không có thao tác {name}"),
        Words("{hint}", "{hint}"),
    ),
    _code(
        "LT034",
        "no-lookup",
        "`on_unknown: lookup` for an operation whose effect the adapter cannot look up.",
        Words("the adapter {adapter} cannot look {name} up", "adapter {adapter} không tra cứu được {name}"),
        Words("choose hold, or resend if the target is idempotent", "chọn hold, hoặc resend nếu đích chịu được lặp"),
    ),
    _code(
        "LT035",
        "adapter-refuses",
        "The settings are each right and the adapter cannot be made from them.",
        Words("the adapter {adapter} refuses its settings: {reason}", "adapter {adapter} từ chối cấu hình: {reason}"),
        Words("change the settings as it says", "sửa cấu hình theo lý do trên"),
    ),
)

_POLLS = (
    _code(
        "LT036",
        "unknown-poll",
        "`polls` of a system names something that its adapter cannot be asked for regularly.",
        Words("{adapter} has no poll {name}", "{adapter} không có mục hỏi định kỳ {name}"),
        Words("{hint}", "{hint}"),
    ),
)

_ROUTES = (
    _code(
        "LT040",
        "unknown-system",
        "A route or a client names a system that is not configured.",
        Words("there is no system {name}", "không có hệ thống {name}"),
        Words("{hint}", "{hint}"),
    ),
    _code(
        "LT041",
        "no-operation",
        "A route sends a type to a system whose adapter has no operation for it.",
        Words("{system} cannot be told {type}", "{system} không nhận được {type}"),
        Words(
            "remove one of the two; the adapter {adapter} takes {types}",
            "bỏ một trong hai; adapter {adapter} nhận {types}",
        ),
    ),
    _code(
        "LT042",
        "condition-broken",
        "The jq condition of a route does not compile. jq's own words are given.",
        Words("the condition does not compile: {reason}", "điều kiện không biên dịch được: {reason}"),
        Words(
            "correct the jq program; it reads {{type, source, subject, data}}",
            "sửa chương trình jq; nó đọc {{type, source, subject, data}}",
        ),
    ),
    _code(
        "LT043",
        "route-without-target",
        "A route that names no system and does not say that its messages are dropped.",
        Words("route {name} leads nowhere", "tuyến {name} không dẫn tới đâu"),
        Words("add to: [SYSTEM], or drop: true", "thêm to: [HE_THONG], hoặc drop: true"),
    ),
    _code(
        "LT044",
        "route-drop-and-target",
        "A route both drops its messages and names systems.",
        Words("route {name} drops and sends at once", "tuyến {name} vừa bỏ vừa gửi"),
        Words("keep either to or drop", "chỉ giữ to hoặc drop"),
    ),
    _code(
        "LT045",
        "route-name-twice",
        "Two routes have the same name; messages and metrics could not tell them apart.",
        Words("the name {name} is already used in line {line}", "tên {name} đã dùng ở dòng {line}"),
        Words("give every route its own name", "đặt tên riêng cho từng tuyến"),
    ),
    _code(
        "LT046",
        "system-unreached",
        "A system that can be told something, no route leads to it, and no poll or query asks it.",
        Words("no route leads to {name}", "không có tuyến nào dẫn tới {name}"),
        Words("add a route, or remove the system", "thêm tuyến, hoặc bỏ hệ thống"),
        "warning",
    ),
    _code(
        "LT047",
        "unknown-type",
        "A message type that neither `lienthong schemas list` nor the section `types` knows.",
        Words("there is no message type {name}", "không có loại thông điệp {name}"),
        Words("{hint}", "{hint}"),
    ),
    _code(
        "LT048",
        "type-redefined",
        "The section `types` gives a type that the bus already knows.",
        Words("{name} is a type of the bus itself", "{name} là loại có sẵn của trục"),
        Words("choose another name", "chọn tên khác"),
    ),
    _code(
        "LT049",
        "type-schema",
        "`schema` of a type is not a JSON Schema of draft 2020-12, or refers to something outside itself: nothing is "
        "fetched.",
        Words("the schema of {name} is wrong: {reason}", "schema của {name} sai: {reason}"),
        Words(
            "write JSON Schema 2020-12; put what is referred to under $defs",
            "viết theo JSON Schema 2020-12; đặt phần được tham chiếu vào $defs",
        ),
    ),
)

_REST = (
    _code(
        "LT050",
        "client-key-form",
        "A client's key is not `sha256:` and 64 hexadecimal digits. The value is not printed.",
        Words("the key of client {name} is not a hash", "khóa của máy khách {name} không phải mã băm"),
        Words(
            "run `lienthong keys new` and write its sha256:... here",
            "chạy `lienthong keys new` rồi ghi sha256:... vào đây",
        ),
    ),
    _code(
        "LT051",
        "client-key-shared",
        "Two clients have the same key, so nobody could tell who called.",
        Words("the key of client {name} is also that of {other}", "khóa của {name} trùng với {other}"),
        Words("give every client its own key", "cấp khóa riêng cho từng máy khách"),
    ),
    _code(
        "LT052",
        "client-proof",
        "A client has neither a key nor systems that sign, or both: the bus must know it by exactly one of them.",
        Words("{name} needs either key or signed", "{name} cần key hoặc signed, đúng một trong hai"),
        Words(
            "give it a key; `signed` is for systems that cannot send one",
            "cấp khóa; `signed` chỉ cho hệ thống không gửi khóa được",
        ),
    ),
    _code(
        "LT053",
        "client-signed-only",
        "A client without a key may only call the doors of its systems and send what these say.",
        Words("{name} has no key and may not have {keys}", "{name} không có khóa nên không được có {keys}"),
        Words("remove these, or make a second client with a key", "bỏ các mục này, hoặc thêm máy khách khác có khóa"),
    ),
    _code(
        "LT054",
        "door-not-signed",
        "A system is to call without a key, and its adapter verifies no signatures: anybody could call.",
        Words("{system} ({adapter}) verifies no signatures", "{system} ({adapter}) không kiểm tra chữ ký"),
        Words("give its client a key", "cấp khóa cho máy khách của nó"),
    ),
    _code(
        "LT055",
        "door-twice",
        "Two clients stand for the signatures of one system, so nobody could tell who called.",
        Words("{system} is also signed for by {other}", "{system} cũng thuộc {other}"),
        Words("name it at one client", "chỉ khai báo ở một máy khách"),
    ),
    _code(
        "LT060",
        "url-scheme",
        "The URL of the ledger or of the broker begins with a scheme that the bus does not speak.",
        Words("{key} does not begin with {expected}", "{key} không bắt đầu bằng {expected}"),
        Words("write {hint}", "ghi {hint}"),
    ),
    _code(
        "LT061",
        "window-small",
        "`dispatch.window` is smaller than `dispatch.in_flight`: one busy system can never use what may be in flight.",
        Words("window {window} is smaller than in_flight {in_flight}", "window {window} nhỏ hơn in_flight {in_flight}"),
        Words("raise window, or leave it out (four times in_flight)", "tăng window, hoặc bỏ đi (bốn lần in_flight)"),
        "warning",
    ),
    _code(
        "LT063",
        "lease-short",
        "`ledger.lease` is shorter than 1.5 times a system's `deadline`: it could run out amid a call.",
        Words(
            "deadline {deadline}s of {name} needs a lease of {needed}s",
            "deadline {deadline}s của {name} cần lease {needed}s",
        ),
        Words(
            "raise ledger.lease (now {lease}s), or lower the deadline",
            "tăng ledger.lease (đang {lease}s), hoặc giảm deadline",
        ),
    ),
    _code(
        "LT062",
        "unit-code",
        "`unit` is not a unit code, neither in the long form (000.00.00.H49) nor in the short one (H49).",
        Words("{unit} is not a unit code", "{unit} không phải mã định danh đơn vị"),
        Words("write it as 000.00.00.H49 or H49", "ghi dạng 000.00.00.H49 hoặc H49"),
    ),
    _code(
        "LT064",
        "deliveries-left",
        "The ledger of the configuration holds deliveries that are not done, to a system that the configuration does "
        "not have. They are kept, and not sent. Only `check` looks for it, where the ledger is; see also `/readyz`.",
        Words(
            "{count} deliveries wait for {name}, which is not configured",
            "{count} lần giao đang chờ {name}, hệ thống không có trong cấu hình",
        ),
        Words(
            "move them (lienthong messages move --from {name} --to NAME), cancel them, or configure {name} again",
            "chuyển đi (lienthong messages move --from {name} --to TEN), hủy, hoặc cấu hình lại {name}",
        ),
        "warning",
    ),
    _code(
        "LT066",
        "archive-folder",
        "`ledger.retention.folder` cannot hold archives: it is no folder, this user may not write there, or it cannot "
        "be made. A relative path counts from where the bus is started.",
        Words("archives cannot be written to {folder}: {reason}", "không ghi được tệp lưu trữ vào {folder}: {reason}"),
        Words(
            "name a folder that this user may write, on a disk that is backed up",
            "chỉ định thư mục người dùng này được ghi, trên ổ đĩa có sao lưu",
        ),
    ),
    _code(
        "LT067",
        "keep-short",
        "`ledger.retention.keep` is shorter than a day: whoever looks a message up soon after it was delivered does "
        "not find it in the ledger any more.",
        Words("messages leave the ledger after {keep}s", "thông điệp rời sổ cái sau {keep} giây"),
        Words("keep them for at least a day, better for months", "giữ ít nhất một ngày, tốt hơn là nhiều tháng"),
        "warning",
    ),
)

_QUERIES = (
    _code(
        "LT075",
        "poll-unrouted",
        "What a poll finds goes to no system and is not dropped: each record would become a dead letter.",
        Words("no route takes {type} from {source}", "không có tuyến nào nhận {type} từ {source}"),
        Words("add a route for it, or one with drop: true", "thêm tuyến cho nó, hoặc tuyến có drop: true"),
    ),
    _code(
        "LT077",
        "process-unrouted",
        "Nobody takes some of what a process says: each such message would become a dead letter.",
        Words("no route takes {types} from {name}", "không có tuyến nào nhận {types} từ {name}"),
        Words("route them to the portal, or to nowhere with drop: true", "định tuyến về cổng, hoặc bỏ với drop: true"),
        "warning",
    ),
    _code(
        "LT070",
        "query-not-offered",
        "A query is to be answered by a system whose adapter cannot be asked it.",
        Words("{adapter} of {system} cannot be asked {name}", "{adapter} của {system} không trả lời {name}"),
        Words("{hint}", "{hint}"),
    ),
    _code(
        "LT071",
        "unknown-query",
        "A client or a route names a query that the section `queries` does not have.",
        Words("there is no query {name}", "không có truy vấn {name}"),
        Words("{hint}", "{hint}"),
    ),
    _code(
        "LT072",
        "enrich-program",
        "A jq program of `enrich` does not compile.",
        Words("not a jq program: {reason}", "không phải chương trình jq: {reason}"),
        Words("correct it; try it with jq on a message", "sửa lại; thử bằng jq trên một thông điệp"),
    ),
    _code(
        "LT073",
        "enrich-outcome",
        "`on` of an `enrich` names an outcome that its query cannot have.",
        Words("{name} never ends with {outcome}", "{name} không bao giờ cho kết quả {outcome}"),
        Words("{hint}", "{hint}"),
    ),
    _code(
        "LT074",
        "enrich-same-system",
        "A route asks the system to which it delivers: the delivery would wait for a place beside its own.",
        Words("{query} asks {system}, to which this route delivers", "{query} hỏi {system}, nơi tuyến này giao đến"),
        Words("ask another system, or leave the query out", "hỏi hệ thống khác, hoặc bỏ truy vấn này"),
    ),
)

GROUPS: dict[str, tuple[Code, ...]] = {
    "Reading the file": _READING,
    "Placeholders and secrets": _SECRETS,
    "Keys and values": _MODEL,
    "Adapters and connectors": _PARTS + _POLLS,
    "Routes and message types": _ROUTES,
    "Clients and the rest": _REST,
    "Queries": _QUERIES,
}
CODES: dict[str, Code] = {code.id: code for codes in GROUPS.values() for code in codes}
