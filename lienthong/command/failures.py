"""What can go wrong with a command: a stable code, the exit code, and words with a cure in both languages."""

from __future__ import annotations

from enum import IntEnum

from bus.words import Code, Language, Words


class Exit(IntEnum):
    """Exit codes of all commands."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    REFUSED = 4


_ALL = (
    Code(
        "LT100",
        "wrong-call",
        "The command was called with an option, argument or value that it does not take, or without one that it needs. "
        "Exit code 2.",
        Words("wrong call: {reason}", "gọi lệnh sai: {reason}"),
        Words("see `{command} --help`", "xem `{command} --help`"),
    ),
    Code(
        "LT101",
        "bus-unreachable",
        "No bus answers at the URL. Exit code 3.",
        Words("no bus answers at {url}: {reason}", "không có trục nào trả lời ở {url}: {reason}"),
        Words(
            "start it with `lienthong run -c FILE`, or give --url or LIENTHONG_URL",
            "chạy `lienthong run -c TEP`, hoặc chỉ định --url hay LIENTHONG_URL",
        ),
    ),
    Code(
        "LT102",
        "key-missing",
        "The command needs a client key, and none was given or its file cannot be read. Exit code 2.",
        Words("no client key: {reason}", "không có khóa máy khách: {reason}"),
        Words(
            "put the key into a file and give --key-file or LIENTHONG_KEY_FILE",
            "ghi khóa vào tệp rồi chỉ định --key-file hoặc LIENTHONG_KEY_FILE",
        ),
    ),
    Code(
        "LT103",
        "key-refused",
        "The bus does not know the key, or the key may not do this. Exit code 4.",
        Words("the bus refuses the key: {reason}", "trục từ chối khóa: {reason}"),
        Words(
            "use the key of a client that may do this (section clients of the configuration)",
            "dùng khóa của máy khách được phép (mục clients trong cấu hình)",
        ),
    ),
    Code(
        "LT104",
        "input-unreadable",
        "A file given to a command cannot be read, or is not what the command needs. Exit code 2.",
        Words("{path}: {reason}", "{path}: {reason}"),
        Words("{hint}", "{hint}"),
    ),
    Code(
        "LT105",
        "bus-refuses",
        "The bus answered with a problem (RFC 9457); its own code and words are given. Exit code 1.",
        Words("the bus refuses: {reason}", "trục từ chối: {reason}"),
        Words("correct what it names and repeat", "sửa chỗ đã nêu rồi làm lại"),
    ),
    Code(
        "LT106",
        "bus-overloaded",
        "The bus asked to come back later for longer than the command waits. Nothing is lost or doubled. Exit code 3.",
        Words("the bus is overloaded: {reason}", "trục đang quá tải: {reason}"),
        Words("repeat the command; what was sent already is known", "chạy lại lệnh; phần đã gửi được nhận biết"),
    ),
    Code(
        "LT107",
        "name-unknown",
        "A name given to a command stands for nothing. Exit code 2.",
        Words("there is no {name}", "không có {name}"),
        Words("{hint}", "{hint}"),
    ),
    Code(
        "LT109",
        "bus-cannot-start",
        "The configuration is right and the bus cannot start: its port is taken, its ledger is in use, its database "
        "refuses it or was out of reach for longer than `ledger.wait`. Exit code 1.",
        Words("the bus cannot start: {reason}", "trục không khởi động được: {reason}"),
        Words("remove the cause and start again", "khắc phục nguyên nhân rồi chạy lại"),
    ),
    Code(
        "LT110",
        "ledger-closed",
        "The ledger of the configuration cannot be opened: it is not there, another process has it, or its database is "
        "out of reach. Exit code 3.",
        Words("the ledger cannot be opened: {reason}", "không mở được sổ cái: {reason}"),
        Words(
            "if a bus is running, give --key-file, and --url where it is not the configured one",
            "nếu trục đang chạy, chỉ định --key-file, và --url nếu địa chỉ khác cấu hình",
        ),
    ),
    Code(
        "LT111",
        "not-archived",
        "A run of retention did not come to its end. What it archived stays archived, everything else is still in the "
        "ledger. Exit code 1.",
        Words("not archived: {reason}", "không lưu trữ được: {reason}"),
        Words(
            "see section ledger.retention of the configuration, remove the cause and repeat",
            "xem mục ledger.retention trong cấu hình, khắc phục nguyên nhân rồi làm lại",
        ),
    ),
    Code(
        "LT115",
        "x-road-failed",
        "A security server, ours or the provider's, does not answer a question about X-Road, or refuses it. Where "
        "X-Road itself says so, the origin and the id for the server's log are given. Exit code 3 if repeating may "
        "help, else 1.",
        Words("X-Road: {reason}", "X-Road báo: {reason}"),
        Words("{hint}", "{hint}"),
    ),
    Code(
        "LT120",
        "statement-refused",
        "A settlement file, or our own lines in a file, cannot be read right as a whole. Nothing of it was used, and "
        "there is no run. The place is line and column; other mistakes of the file stand above. Exit code 2.",
        Words("{reason}", "{reason}"),
        Words("{hint}", "{hint}"),
    ),
    Code(
        "LT121",
        "reconciled-elsewhere",
        "Another process reconciles the same day of the same system into the same folder. Exit code 1.",
        Words("{reason}", "{reason}"),
        Words("wait until it has ended, then repeat if needed", "đợi tiến trình đó xong rồi chạy lại nếu cần"),
    ),
    Code(
        "LT108",
        "answer-unreadable",
        "Something answers at the URL, and it is not a bus. Exit code 3.",
        Words("{url} answers, but not as a bus does: {reason}", "{url} có trả lời nhưng không phải trục: {reason}"),
        Words("check --url", "kiểm tra --url"),
    ),
)
FAILURES: dict[str, Code] = {code.id: code for code in _ALL}


class Failure(Exception):
    """Ends a command with `exit`; said on standard error with its code and cure."""

    def __init__(self, code: str, exit: Exit, **values: str) -> None:
        super().__init__(code)
        self.code = FAILURES[code]
        self.exit = exit
        self.values = values

    def text(self, language: Language) -> str:
        """`CODE what - cure`."""
        what, cure = self._words(language)
        return f"{self.code.id} {what} - {cure}"

    def record(self, language: Language) -> dict[str, dict[str, str]]:
        """For `--json`."""
        what, cure = self._words(language)
        return {"error": {"code": self.code.id, "name": self.code.name, "what": what, "cure": cure}}

    def _words(self, language: Language) -> tuple[str, str]:
        what, cure = getattr(self.code.what, language), getattr(self.code.cure, language)
        return what.format_map(self.values), cure.format_map(self.values)
