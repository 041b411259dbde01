"""What the command itself says, in English and Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bus.words import Language, Words

_T: Mapping[str, Words] = {
    "app": Words("Liên Thông, the data bus of a province.", "Liên Thông, trục liên thông dữ liệu của tỉnh."),
    "version": Words("Show the version and leave.", "Hiện phiên bản rồi thoát."),
    "lang": Words("Language of messages: en or vi.", "Ngôn ngữ thông báo: en hoặc vi."),
    "own.help": Words("Show this message and leave.", "Hiện hướng dẫn này rồi thoát."),
    "own.install-completion": Words("Set up completion for the current shell.", "Cài gợi ý lệnh cho shell đang dùng."),
    "own.show-completion": Words(
        "Show the completion for the current shell, to copy or change it.",
        "Hiện đoạn mã gợi ý lệnh cho shell đang dùng, để chép hoặc sửa.",
    ),
    "own.options": Words("Options", "Tùy chọn"),
    "own.arguments": Words("Arguments", "Đối số"),
    "own.commands": Words("Commands", "Lệnh"),
    "own.default": Words("[default: {}]", "[mặc định: {}]"),
    "own.envvar": Words("[env var: {}]", "[biến môi trường: {}]"),
    "own.required": Words("[required]", "[bắt buộc]"),
    "wrong.command": Words("no such command: {name}", "không có lệnh {name}"),
    "wrong.option": Words("no such option: {name}", "không có tùy chọn {name}"),
    "wrong.missing": Words("missing {name}", "thiếu {name}"),
    "wrong.value": Words("{name}: {said}", "{name}: {said}"),
    "json": Words("Print JSON for scripts.", "In JSON cho chương trình khác đọc."),
    "config": Words("Configuration: a YAML file or a folder of them.", "Cấu hình: một tệp YAML hoặc một thư mục."),
    "url": Words("Where the bus is.", "Địa chỉ của trục."),
    "key-file": Words("File that holds the client key.", "Tệp chứa khóa máy khách."),
    "check": Words("Find every mistake of a configuration.", "Tìm mọi lỗi trong cấu hình."),
    "check.ok": Words("{path}: no mistakes", "{path}: không có lỗi"),
    "check.sum": Words("{path}: {errors} errors, {warnings} warnings", "{path}: {errors} lỗi, {warnings} cảnh báo"),
    "adapters": Words("List the installed adapters.", "Liệt kê các adapter đã cài."),
    "connectors": Words("List the installed connectors.", "Liệt kê các connector đã cài."),
    "schemas": Words("The message types and their JSON Schemas.", "Các loại thông điệp và JSON Schema."),
    "schemas.list": Words("List the message types.", "Liệt kê các loại thông điệp."),
    "schemas.export": Words("Write every JSON Schema into a folder.", "Ghi mọi JSON Schema vào một thư mục."),
    "schemas.export.folder": Words("Where to; made if absent.", "Thư mục đích; tự tạo nếu chưa có."),
    "schemas.config": Words(
        "Print the JSON Schema of the configuration, for editors.",
        "In JSON Schema của cấu hình, dùng cho trình soạn thảo.",
    ),
    "simulate": Words("Run a stand-in for an outside system.", "Chạy hệ thống giả lập."),
    "simulate.name": Words("Which one, e.g. national-portal.", "Hệ thống nào, ví dụ national-portal."),
    "simulate.set": Words("A setting, NAME=VALUE; may be repeated.", "Một thiết lập, TEN=GIATRI; lặp lại được."),
    "port": Words("Port to listen on; 0 takes a free one.", "Cổng lắng nghe; 0 là cổng trống bất kỳ."),
    "host": Words("Address to listen on.", "Địa chỉ lắng nghe."),
    "keys": Words("Keys of clients.", "Khóa của máy khách."),
    "keys.new": Words("Make a key; it is shown once.", "Tạo khóa mới; chỉ hiện một lần."),
    "keys.hash": Words("Read a key and print its hash.", "Đọc khóa và in mã băm."),
    "keys.once": Words(
        "The key is shown once: give it to the client, and write the hash into the configuration.",
        "Khóa chỉ hiện một lần: giao cho máy khách, và ghi mã băm vào cấu hình.",
    ),
    "send": Words("Send events to a running bus.", "Gửi sự kiện tới trục đang chạy."),
    "send.what": Words(
        "A file of CloudEvents (JSON, a JSON list or one a line; - for standard input), or a message type.",
        "Tệp CloudEvents (JSON, danh sách JSON hoặc mỗi dòng một sự kiện; - là đầu vào chuẩn), hoặc loại thông điệp.",
    ),
    "send.source": Words("With a type: who says it.", "Khi nêu loại: nguồn gửi."),
    "send.subject": Words("With a type: the business key.", "Khi nêu loại: mã nghiệp vụ."),
    "send.id": Words("With a type: the source's own key.", "Khi nêu loại: khóa riêng của nguồn."),
    "send.data": Words("With a type: file of the data; - for standard input.", "Khi nêu loại: tệp dữ liệu."),
    "send.batch": Words("Events of one request; all or none of them.", "Số sự kiện mỗi yêu cầu; được cả hoặc không."),
    "send.patience": Words("Seconds to wait for an overloaded bus.", "Số giây chờ khi trục quá tải."),
    "send.done": Words("{accepted} of {events} accepted", "{accepted}/{events} đã nhận"),
    "messages": Words("Look for messages and act on them.", "Tìm và xử lý thông điệp."),
    "messages.list": Words("Search messages, newest first.", "Tìm thông điệp, mới nhất trước."),
    "messages.show": Words(
        "One message with its deliveries and attempts.", "Một thông điệp với các lần giao và lần thử."
    ),
    "messages.trace": Words(
        "All that happened under a subject, in order.", "Mọi việc đã xảy ra với một mã nghiệp vụ, theo thứ tự."
    ),
    "messages.replay": Words("Deliver a message again.", "Giao lại thông điệp."),
    "messages.cancel": Words("Give up a message's open deliveries.", "Hủy các lần giao còn mở."),
    "messages.id": Words("Id of the message.", "Mã thông điệp."),
    "messages.subject": Words("The business key, or the id of a message.", "Mã nghiệp vụ, hoặc mã thông điệp."),
    "messages.none": Words("no messages", "không có thông điệp"),
    "messages.more": Words("more: --cursor {cursor}", "còn nữa: --cursor {cursor}"),
    "messages.done": Words("done: {id}", "xong: {id}"),
    "messages.tracing": Words("reading messages", "đang đọc thông điệp"),
    "systems": Words("Look at the outside systems, pause and resume them.", "Xem, tạm dừng và nối lại các hệ thống."),
    "systems.list": Words("What waits for each system, and why.", "Mỗi hệ thống đang chờ gì, vì sao."),
    "systems.pause": Words(
        "Send nothing more to a system; everything is kept.", "Ngừng gửi tới một hệ thống; mọi thứ được giữ lại."
    ),
    "systems.resume": Words("Send to a paused system again.", "Gửi lại tới hệ thống đang tạm dừng."),
    "systems.name": Words("Name of the system in the configuration.", "Tên hệ thống trong cấu hình."),
    "systems.paused": Words("{name} is paused", "{name} đã tạm dừng"),
    "systems.resumed": Words("{name} goes on", "{name} chạy tiếp"),
    "systems.not-paused": Words("{name} was not paused", "{name} không bị tạm dừng"),
    "ledger": Words("The ledger of the configuration.", "Sổ cái của cấu hình."),
    "ledger.verify": Words(
        "Prove that the evidence was not changed: check every chain.",
        "Chứng minh bằng chứng không bị sửa: kiểm tra mọi chuỗi.",
    ),
    "ledger.verifying": Words("checking the evidence", "đang kiểm tra bằng chứng"),
    "ledger.broken": Words("chain {chain} is broken at record {seq}", "chuỗi {chain} đứt tại bản ghi {seq}"),
    "ledger.ok": Words("{chains} chains, {records} records: all fit", "{chains} chuỗi, {records} bản ghi: đều khớp"),
    "ledger.wrong": Words(
        "{chains} chains, {records} records: {broken} broken", "{chains} chuỗi, {records} bản ghi: {broken} chuỗi đứt"
    ),
    "filter": Words("Only such messages.", "Chỉ lấy thông điệp như vậy."),
    "since": Words("Received from this time on (ISO 8601).", "Nhận từ thời điểm này (ISO 8601)."),
    "until": Words("Received before this time (ISO 8601).", "Nhận trước thời điểm này (ISO 8601)."),
    "limit": Words("Most messages of one page.", "Số thông điệp tối đa mỗi trang."),
    "cursor": Words("Where the last page ended.", "Chỗ trang trước kết thúc."),
    "reason": Words("Why, for the record.", "Lý do, để lưu vết."),
    "force": Words("Also what was delivered already.", "Cả những gì đã giao."),
    "system": Words("Only the delivery to this system.", "Chỉ lần giao tới hệ thống này."),
    "run": Words("Run the bus.", "Chạy trục."),
    "run.only": Words("Only these parts, e.g. intake,dispatch.", "Chỉ các phần này, ví dụ intake,dispatch."),
    "run.processes": Words("How many processes.", "Số tiến trình."),
    "demo": Words(
        "See the whole bus at work with simulated portals.", "Xem toàn bộ trục hoạt động với các cổng giả lập."
    ),
    "demo.once": Words("Stop when everything has arrived.", "Dừng khi mọi thứ đã tới nơi."),
    "demo.cases": Words("How many dossiers.", "Số hồ sơ."),
    "demo.rate": Words(
        "Dossiers per second; as fast as it goes if unset.", "Số hồ sơ mỗi giây; không đặt là nhanh nhất."
    ),
    "demo.port": Words("Port of the bus; a free one if unset.", "Cổng của trục; cổng trống nếu bỏ trống."),
    "demo.filing": Words("dossiers filed at the provincial portal", "hồ sơ nộp tại cổng của tỉnh"),
    "demo.arriving": Words("messages at the national portal", "thông điệp tới Cổng quốc gia"),
    "demo.deliveries": Words("Deliveries", "Các lần giao"),
    "demo.system": Words("system", "hệ thống"),
    "demo.state.delivered": Words("delivered", "đã giao"),
    "demo.state.ready": Words("ready", "sẵn sàng"),
    "demo.state.waiting": Words("waiting", "chờ lượt"),
    "demo.state.sending": Words("sending", "đang gửi"),
    "demo.state.held": Words("held", "tạm giữ"),
    "demo.state.rejected": Words("rejected", "bị từ chối"),
    "demo.state.dead": Words("dead", "bỏ cuộc"),
    "demo.dossiers": Words("dossiers filed", "hồ sơ đã nộp"),
    "demo.accepted": Words("messages accepted by the bus", "thông điệp trục đã nhận"),
    "demo.delivered": Words("delivered to the national portal", "đã giao tới Cổng quốc gia"),
    "demo.acknowledged": Words("acknowledgements back at the provincial portal", "phản hồi đã về cổng của tỉnh"),
    "demo.rejected": Words("refused by the national portal", "bị Cổng quốc gia từ chối"),
    "demo.held": Words("held for an operator", "giữ lại chờ người vận hành"),
    "demo.dead": Words("given up", "bỏ cuộc"),
    "demo.lost": Words("lost", "bị mất"),
    "demo.duplicates": Words("doubled", "bị trùng"),
    "demo.out_of_order": Words("out of order", "sai thứ tự"),
    "demo.well": Words("Everything arrived, once and in order", "Mọi thứ đã tới nơi, đúng một lần, đúng thứ tự"),
    "demo.wrong": Words("Something is missing, doubled or out of order", "Có mất mát, trùng lặp hoặc sai thứ tự"),
    "demo.took": Words("{seconds} s, ledger in {folder}", "{seconds} giây, sổ cái tại {folder}"),
    "demo.stay": Words(
        """The bus is at {url} (operator's key in {key_file}):
  lienthong messages list --url {url} --key-file {key_file}
  curl -H "Authorization: Bearer $(cat {key_file})" {url}/metrics
What the portals hold:
  {national}/_control/records   {provincial}/_control/statuses
Ctrl-C ends it.""",
        """Trục đang chạy tại {url} (khóa của người vận hành trong {key_file}):
  lienthong messages list --url {url} --key-file {key_file}
  curl -H "Authorization: Bearer $(cat {key_file})" {url}/metrics
Dữ liệu các cổng đang giữ:
  {national}/_control/records   {provincial}/_control/statuses
Ctrl-C để dừng.""",
    ),
    "reference": Words("Write or check the generated reference pages.", "Ghi hoặc kiểm tra trang tham chiếu tự sinh."),
}


_chosen: list[Language] = ["en"]


def language(arguments: Sequence[str], environ: Mapping[str, str]) -> Language:
    """`--lang` if it is there, else what the environment says, in the order in which gettext looks; else English."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return "vi" if argument == "--lang=vi" else "en"
        if argument == "--lang" and place + 1 < len(arguments):
            return "vi" if arguments[place + 1] == "vi" else "en"
    said = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "vi" if said.lower().startswith("vi") else "en"


def use(language: Language) -> None:
    """Speak this language from now on."""
    _chosen[0] = language


def chosen() -> Language:
    """The language in use."""
    return _chosen[0]


def t(key: str, **values: object) -> str:
    """The text of `key` in the chosen language."""
    template: str = getattr(_T[key], chosen())
    return template.format_map(values) if values else template


def everything() -> Mapping[str, Words]:
    """All texts, for the tests."""
    return _T
