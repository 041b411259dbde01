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
    "check.ledger": Words("the ledger was not looked at: {reason}", "chưa xem được sổ cái: {reason}"),
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
    "messages.move": Words(
        "Move what is left of a system that is no longer configured to another one.",
        "Chuyển phần còn lại của một hệ thống không còn trong cấu hình sang hệ thống khác.",
    ),
    "move.from": Words("A system that is not in the configuration.", "Hệ thống không còn trong cấu hình."),
    "move.to": Words("A configured system.", "Hệ thống có trong cấu hình."),
    "move.same-target": Words(
        "It is the same target under a new name: what is in doubt goes along, in doubt.",
        "Vẫn là đích cũ với tên mới: những gì còn nghi vấn được chuyển theo, vẫn là nghi vấn.",
    ),
    "move.finished": Words(
        "Also what was rejected or given up and holds no lane.", "Cả những gì đã bị từ chối hoặc bỏ cuộc."
    ),
    "move.operation": Words("Only deliveries of this operation.", "Chỉ các lần giao của thao tác này."),
    "move.message": Words("Only the delivery of this message.", "Chỉ lần giao của thông điệp này."),
    "move.moving": Words("moving deliveries", "đang chuyển các lần giao"),
    "move.more": Words("and {count} more; --json lists all", "và {count} lần giao nữa; --json liệt kê tất cả"),
    "move.done": Words(
        "{moved} deliveries moved from {origin} to {to}, {refused} stay",
        "đã chuyển {moved} lần giao từ {origin} sang {to}, {refused} ở lại",
    ),
    "move.others": Words(
        "what left the configuration and has deliveries: {names}",
        "các hệ thống không còn trong cấu hình mà còn lần giao: {names}",
    ),
    "query": Words("Ask a system through the bus and wait.", "Hỏi một hệ thống qua trục và chờ trả lời."),
    "query.name": Words(
        "The query, e.g. citizen.lookup; list shows all.", "Truy vấn, ví dụ citizen.lookup; list hiện tất cả."
    ),
    "query.data": Words(
        "File of the question in JSON; - for standard input.", "Tệp câu hỏi dạng JSON; - là đầu vào chuẩn."
    ),
    "query.set": Words(
        "A field of the question, NAME=VALUE; may be repeated.", "Một trường của câu hỏi, TEN=GIATRI; lặp lại được."
    ),
    "query.purpose": Words("Code of the procedure it is for.", "Mã thủ tục cần hỏi."),
    "query.officer": Words("Account of the officer who asks.", "Tài khoản cán bộ hỏi."),
    "query.case": Words("Code of the dossier it is for.", "Mã hồ sơ cần hỏi."),
    "query.wait": Words("Seconds to wait for the answer.", "Số giây chờ trả lời."),
    "query.none": Words("this client may ask nothing", "máy khách này không được hỏi gì"),
    "xroad": Words("Look at what X-Road offers.", "Xem các dịch vụ trên X-Road."),
    "xroad.system": Words(
        "The system with the security server; needed if several have one.",
        "Hệ thống có máy chủ bảo mật; cần nêu nếu có nhiều.",
    ),
    "xroad.list": Words(
        "List the members and subsystems of X-Road.", "Liệt kê các thành viên và hệ thống con của X-Road."
    ),
    "xroad.instance": Words("Of another instance of X-Road.", "Của một X-Road khác."),
    "xroad.methods": Words(
        "List the services of a subsystem, or of all of them.", "Liệt kê dịch vụ của một hoặc mọi hệ thống con."
    ),
    "xroad.subsystem": Words(
        "Whose services, as INSTANCE/CLASS/MEMBER/SUBSYSTEM; all if absent.",
        "Của ai, dạng INSTANCE/CLASS/MEMBER/SUBSYSTEM; tất cả nếu không nêu.",
    ),
    "xroad.allowed": Words("Only what we may call.", "Chỉ những gì được phép gọi."),
    "xroad.asking": Words("asking subsystems", "đang hỏi các hệ thống con"),
    "xroad.problem": Words(
        "not asked: {subsystem} ({protocol}): {reason}", "không hỏi được {subsystem} ({protocol}): {reason}"
    ),
    "xroad.describe": Words(
        "Save the WSDL or OpenAPI description of a service.", "Lưu bản mô tả WSDL hoặc OpenAPI của dịch vụ."
    ),
    "xroad.service": Words(
        "INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE, or a code of the system's provider.",
        "INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE, hoặc mã dịch vụ của provider đã cấu hình.",
    ),
    "xroad.protocol": Words("rest or soap, if not the configured one.", "rest hoặc soap, nếu khác cấu hình."),
    "xroad.out": Words(
        "File to write; named after the service if absent.", "Tệp cần ghi; lấy tên dịch vụ nếu không nêu."
    ),
    "xroad.written": Words("{path}: {size} bytes", "{path}: {size} byte"),
    "xroad.such-system": Words("system {name} with connector: xroad", "hệ thống {name} dùng connector: xroad"),
    "xroad.no-system": Words("configure one first", "hãy cấu hình trước"),
    "xroad.cure.later": Words(
        "repeat it later; if it stays, tell whoever runs the server that is named",
        "làm lại sau; nếu vẫn vậy, báo đơn vị vận hành máy chủ đã nêu",
    ),
    "xroad.cure.look": Words(
        "check connect.base_url, and look for the log id at the server that is named",
        "kiểm tra connect.base_url, và tìm log id ở máy chủ đã nêu",
    ),
    "xroad.cure.right": Words(
        "a right, a registration, a certificate or connect.base_url is missing or wrong: have it put right there",
        "thiếu hoặc sai quyền, đăng ký, chứng thư hoặc connect.base_url: cần sửa tại nơi đã nêu",
    ),
    "xroad.cure.call": Words("correct the call or connect", "sửa lời gọi hoặc connect"),
    "xroad.cure.id": Words("write its parts with / between them", "ghi các phần cách nhau bằng /"),
    "xroad.cure.out": Words("name another file with --out", "chỉ định tệp khác bằng --out"),
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
    "ledger.evidence": Words(
        "Show what is recorded about a message or a question.",
        "Hiện những gì được ghi lại về một thông điệp hay câu hỏi.",
    ),
    "evidence.id": Words("The id of a message, or of a question.", "Mã thông điệp hoặc mã câu hỏi."),
    "ledger.folder": Words("Folder with the archives.", "Thư mục chứa các tệp lưu trữ."),
    "ledger.proving": Words("checking the archives", "đang kiểm tra các tệp lưu trữ"),
    "ledger.archive": Words(
        "Archive now what has been finished for long enough.", "Lưu trữ ngay những gì đã xong đủ lâu."
    ),
    "archive.writing": Words("archiving messages", "đang lưu trữ thông điệp"),
    "archive.done": Words("{messages} messages left for {files} archives", "{messages} thông điệp vào {files} tệp"),
    "archive.kept": Words(
        "{name} holds messages that the ledger neither has nor archived; it is kept",
        "{name} có thông điệp mà sổ cái không có và cũng chưa lưu trữ; tệp được giữ lại",
    ),
    "archive.busy": Words("another process is archiving", "một tiến trình khác đang lưu trữ"),
    "archive.unset": Words("ledger.retention is not configured", "chưa cấu hình ledger.retention"),
    "ledger.archives": Words(
        "List the archives, or find a message in them.", "Liệt kê hoặc tìm trong các tệp lưu trữ."
    ),
    "archives.find": Words("The id of a message, or the business key.", "Mã thông điệp hoặc mã nghiệp vụ cần tìm."),
    "archives.searching": Words("reading archives", "đang đọc các tệp lưu trữ"),
    "archives.hint": Words("name the folder with all archives", "chỉ định thư mục có đủ các tệp lưu trữ"),
    "archives.ok": Words(
        "{files} archives, {records} records: all fit; the last is {last}",
        "{files} tệp lưu trữ, {records} bản ghi: đều khớp; tệp cuối là {last}",
    ),
    "archives.wrong": Words(
        "{files} archives, {records} records: {wrong} mistakes", "{files} tệp lưu trữ, {records} bản ghi: {wrong} lỗi"
    ),
    "ledger.verifying": Words("checking the evidence", "đang kiểm tra bằng chứng"),
    "ledger.broken": Words("chain {chain} is broken at record {seq}", "chuỗi {chain} đứt tại bản ghi {seq}"),
    "ledger.ok": Words("{chains} chains, {records} records: all fit", "{chains} chuỗi, {records} bản ghi: đều khớp"),
    "ledger.wrong": Words(
        "{chains} chains, {records} records: {broken} broken", "{chains} chuỗi, {records} bản ghi: {broken} chuỗi đứt"
    ),
    "reconcile": Words("Compare our books with others'.", "Đối soát sổ của trục với bên ngoài."),
    "reconcile.payments": Words(
        "Compare payments of one settlement session with the gateway's file or its own answers, and explain every "
        "difference.",
        "Đối soát thanh toán của một phiên với tệp của cổng hoặc câu trả lời của cổng, giải thích mọi chênh lệch.",
    ),
    "reconcile.receipts": Words(
        "Compare the receipts with the payments of one day: those that the bus has, or those in the issuer's file.",
        "Đối soát biên lai với thanh toán của một ngày: biên lai trục đã nhận, hoặc trong tệp của nơi phát hành.",
    ),
    "reconcile.receipts.statement": Words(
        "The issuer's list of receipts; without one, the receipts in the ledger.",
        "Danh sách biên lai của nơi phát hành; không có thì dùng biên lai trong sổ cái.",
    ),
    "reconcile.dossiers": Words(
        "Compare the dossiers that moved on a day with the portal's list, or with its answers to look-ups.",
        "Đối soát hồ sơ có thay đổi trong ngày với danh sách của cổng dịch vụ công, hoặc với kết quả tra cứu.",
    ),
    "reconcile.dossiers.statement": Words(
        "The portal's list: code, state, number of steps; without one, each dossier is looked up.",
        "Danh sách của cổng: mã, trạng thái, số bước; không có thì tra cứu từng hồ sơ.",
    ),
    "reconcile.dossiers.most": Words("Most look-ups of one run.", "Số lần tra cứu tối đa mỗi lần chạy."),
    "reconcile.dossiers.other": Words("the query dossier.state asks {system}", "truy vấn dossier.state hỏi {system}"),
    "reconcile.schedule": Words("What is to be reconciled when (YAML).", "Lịch đối soát (YAML)."),
    "reconcile.due": Words("Reconcile what a schedule says is due now.", "Đối soát những gì đến hạn theo lịch."),
    "reconcile.serve": Words("Reconcile by a schedule, until stopped.", "Đối soát theo lịch cho đến khi dừng."),
    "reconcile.system": Words("The gateway, as configured, e.g. vnpay.", "Cổng thanh toán theo cấu hình, ví dụ vnpay."),
    "reconcile.date": Words(
        "A day of the session (GMT+7); days off are settled with the next working day.",
        "Một ngày của phiên (GMT+7); ngày nghỉ gộp vào ngày làm việc kế tiếp.",
    ),
    "reconcile.statement": Words(
        "The gateway's settlement file: CSV, XLSX, JSON; without one, what it answered to the bus's questions.",
        "Tệp quyết toán của cổng: CSV, XLSX, JSON; không có thì dùng câu trả lời của cổng.",
    ),
    "reconcile.ask": Words(
        "Without a file: have the bus ask the gateway about what it has not answered since the day ended.",
        "Khi không có tệp: cho trục hỏi cổng về những gì cổng chưa trả lời sau khi hết ngày.",
    ),
    "reconcile.ask.file": Words("there is a --statement; use --repair", "đã có --statement; dùng --repair"),
    "reconcile.repair": Words(
        "Have the bus ask the gateway about every difference, compare again, and make the rest work items.",
        "Cho trục hỏi cổng về mọi chênh lệch, đối soát lại, phần còn lại thành việc cần xử lý.",
    ),
    "reconcile.owner": Words("Who works on what is left.", "Người xử lý phần còn lại."),
    "reconcile.wait": Words("Longest wait for the gateway's answers, seconds.", "Chờ cổng trả lời tối đa, giây."),
    "reconcile.source": Words(
        "The CloudEvents source that the key may use.", "Nguồn CloudEvents mà khóa được phép dùng."
    ),
    "reconcile.asking": Words("asking the gateway", "đang hỏi cổng"),
    "reconcile.asked": Words(
        "asked about {references}, answered {answered}, left out {left_out}",
        "đã hỏi {references}, trả lời {answered}, bỏ qua {left_out}",
    ),
    "reconcile.undated": Words(
        "{count} lines of the process have no time and are in no day",
        "{count} dòng của tiến trình không có thời gian nên không thuộc ngày nào",
    ),
    "reconcile.work": Words("Differences that people work on.", "Chênh lệch do người xử lý."),
    "reconcile.work.list": Words("List them.", "Liệt kê."),
    "reconcile.work.take": Words("Work on one.", "Nhận xử lý một việc."),
    "reconcile.work.settle": Words("Be done with one.", "Kết thúc một việc."),
    "reconcile.work.number": Words("Its number.", "Số của việc."),
    "reconcile.work.note": Words("What is to be said about it.", "Ghi chú."),
    "reconcile.work.accept": Words(
        "The difference stays as it is, for the reason in the note.", "Chấp nhận chênh lệch, lý do trong ghi chú."
    ),
    "reconcile.work.state": Words(
        "open, in_progress, settled, accepted or all; open and in_progress if not given.",
        "open, in_progress, settled, accepted hoặc all; không ghi thì open và in_progress.",
    ),
    "reconcile.work.said": Words(
        "work items: {opened} new, {left} left, {closed} closed", "việc: {opened} mới, {left} còn, {closed} đã đóng"
    ),
    "reconcile.work.look": Words("see lienthong reconcile work list", "xem lienthong reconcile work list"),
    "reconcile.layout": Words(
        "How that file is laid out (YAML); our own column names if not given.",
        "Bố cục của tệp đó (YAML); không ghi thì dùng tên cột của trục.",
    ),
    "reconcile.out": Words("Folder of the runs.", "Thư mục chứa các lần chạy."),
    "reconcile.ours": Words(
        "Our lines in a file (CSV or Parquet) instead of the ledger.",
        "Dữ liệu của trục trong tệp (CSV hoặc Parquet) thay cho sổ cái.",
    ),
    "reconcile.run": Words(
        "Make the reports of this run again, from what was frozen with it.",
        "Tạo lại báo cáo của lần chạy này từ dữ liệu đã đóng băng.",
    ),
    "reconcile.working": Words("reconciling", "đang đối soát"),
    "reconcile.more": Words(" (and {count} more)", " (và {count} lỗi khác)"),
    "reconcile.file": Words("name a file and a folder that this user may use", "chỉ định tệp và thư mục truy cập được"),
    "reconcile.runs": Words("look into --out", "xem trong --out"),
    "reconcile.since": Words(
        "since run {number}: {new} new, {same} unchanged, {gone} settled",
        "so với lần {number}: {new} mới, {same} như cũ, {gone} đã hết",
    ),
    "reconcile.changed": Words("{name} was not as it had been made", "{name} không còn như lúc tạo"),
    "reconcile.closed": Words("run {number}: every dong is explained; {folder}", "lần {number}: khớp đủ; {folder}"),
    "reconcile.open": Words("run {number}: there are differences; {folder}", "lần {number}: có chênh lệch; {folder}"),
    "tasks": Words("What people have to decide.", "Việc cần người quyết định."),
    "tasks.list": Words("List tasks, the longest open first.", "Liệt kê việc, mở lâu nhất trước."),
    "tasks.show": Words("Show one task and what was done to it.", "Hiện một việc và những gì đã làm với nó."),
    "tasks.take": Words("Work on a task.", "Nhận một việc."),
    "tasks.release": Words("Give a task back.", "Trả lại một việc."),
    "tasks.settle": Words("Be done with a task.", "Hoàn tất một việc."),
    "tasks.reopen": Words("Open a settled task again.", "Mở lại việc đã hoàn tất."),
    "tasks.process": Words(
        "The process as configured, or reconciliation.", "Tiến trình theo cấu hình, hoặc reconciliation."
    ),
    "tasks.key": Words("The business key, e.g. the order's code.", "Mã nghiệp vụ, ví dụ mã đơn thanh toán."),
    "tasks.name": Words("The task's own name, as listed.", "Tên riêng của việc, như trong danh sách."),
    "tasks.kind": Words("Only tasks of this kind, e.g. late.", "Chỉ việc thuộc loại này, ví dụ late."),
    "tasks.owner": Words("Whose it is; the caller's own if not given.", "Ai xử lý; không ghi thì là người gọi lệnh."),
    "tasks.of": Words("Only this owner's.", "Chỉ việc của người này."),
    "tasks.note": Words("What is to be said about it; nothing personal.", "Ghi chú; không ghi dữ liệu cá nhân."),
    "tasks.why": Words("Why, for the record; nothing personal.", "Lý do, để lưu vết; không ghi dữ liệu cá nhân."),
    "tasks.state": Words(
        "open, taken, settled, gone or all; if not given, what is not done.",
        "open, taken, settled, gone hoặc all; không ghi thì lấy việc chưa xong.",
    ),
    "tasks.limit": Words("Most tasks of one page.", "Số việc tối đa mỗi trang."),
    "tasks.none": Words("no tasks", "không có việc nào"),
    "process": Words("What processes keep.", "Dữ liệu các tiến trình đang giữ."),
    "process.show": Words(
        "Show a process's state, timers, tasks and messages of one key.",
        "Hiện trạng thái, hẹn giờ, việc và thông điệp của một mã.",
    ),
    "process.process": Words("The process, as configured.", "Tiến trình, theo cấu hình."),
    "process.key": Words(
        "The business key, or a name such as payment/SYSTEM/REFERENCE.",
        "Mã nghiệp vụ, hoặc tên như payment/SYSTEM/REFERENCE.",
    ),
    "process.version": Words("version {version}", "phiên bản {version}"),
    "process.timer": Words("timer {name}: {due}", "hẹn giờ {name}: {due}"),
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
    "demo.money.well": Words("Every đồng is where it should be", "Từng đồng đều khớp"),
    "demo.money.wrong": Words("The money does not add up", "Tiền không khớp"),
    "demo.money.system": Words("gateway", "cổng thanh toán"),
    "demo.money.orders": Words("orders", "đơn"),
    "demo.money.paid": Words("paid", "trả"),
    "demo.money.failed": Words("failed", "thất bại"),
    "demo.money.surplus": Words("extra", "thừa"),
    "demo.money.tasks": Words("people", "người"),
    "demo.money.gateway": Words("in đồng", "đồng"),
    "demo.money.bus": Words("bus", "trục"),
    "demo.money.portal": Words("portal", "tỉnh"),
    "demo.money.marked": Words(
        "dossiers that the national portal holds as paid online",
        "hồ sơ Cổng quốc gia ghi nhận đã thanh toán trực tuyến",
    ),
    "demo.money.receipts": Words("receipts fetched and attached", "biên lai đã lấy về và gắn vào hồ sơ"),
    "demo.money.open": Words(
        "open until a bank's statement is reconciled (VietQR)", "chờ đối soát với sao kê ngân hàng (VietQR)"
    ),
    "demo.money.unmarked": Words("paid, and not known there", "đã trả mà nơi đó chưa biết"),
    "demo.money.differs": Words("sums that differ one by one", "khoản lệch khi so từng khoản"),
    "demo.took": Words("{seconds} s, ledger in {folder}", "{seconds} giây, sổ cái tại {folder}"),
    "demo.matches": Words("applicants whose data fit the population database", "người nộp khớp CSDL dân cư"),
    "demo.differs": Words("applicants whom it has otherwise, or not", "người nộp không khớp hoặc không có"),
    "demo.ask": Words(
        """Ask the population database for somebody whom it knows:
  lienthong query citizen.lookup --set personal_number={number} --set name="{name}" --set birth_year={year} \\
    --purpose 9.999999 --officer canbo.vidu --url {url} --key-file {key_file}""",
        """Hỏi CSDL dân cư về một người có trong đó:
  lienthong query citizen.lookup --set personal_number={number} --set name="{name}" --set birth_year={year} \\
    --purpose 9.999999 --officer canbo.vidu --url {url} --key-file {key_file}""",
    ),
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
