"""What the portal holds besides dossiers: catalogues, TechIDs, questions, states of dossiers that were filed there."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict
from typing_extensions import TypedDict

Row = dict[str, Any]
UNIT, OTHER = "000.00.00.H49", "000.00.00.G99"


def _procedure(code: str, name: str, fee: str, days: str) -> Row:
    """A procedure with every list that is published, most of them with one entry."""
    return {
        "ID": f"vidu-{code}",
        "MATTHC": code,
        "TENTTHC": name,
        "MACOQUANCONGBO": OTHER,
        "LOAITTHC": "TTHC_1",
        "MOTADOITUONGTHUCHIEN": "Công dân Việt Nam",
        "DIACHITIEPNHAN": "Trung tâm Phục vụ hành chính công Ví Dụ",
        "QUYETDINH": "01/QĐ-VD",
        "YEUCAU": "Không",
        "TUKHOA": "ví dụ",
        "IDQUYETDINHCONGBO": "9001",
        "TRANGTHAI": "1",
        "MOTACOQUANTHUCHIEN": "",
        "MOTACOQUANTHAMQUYEN": "",
        "MOTA": "",
        "TRINHTUTHUCHIEN": [
            {"TRUONGHOP": "Nộp trực tuyến", "TRINHTU": [{"TENTRINHTU": "Nộp hồ sơ"}, {"TENTRINHTU": "Nhận kết quả"}]}
        ],
        "CAPTHUCHIEN": [{"CAPTHUCHIEN": "2", "TENCAP": "Cấp Tỉnh"}],
        "LINHVUCTHUCHIEN": [{"MALINHVUC": "G99-XX01", "TENLINHVUC": "Lĩnh vực ví dụ"}],
        "CACHTHUCTHUCHIEN": [
            {
                "KENH": "2",
                "THOIGIAN": [
                    {
                        "THOIGIANGIAIQUYET": days,
                        "DONVITINH": "Ngày làm việc",
                        "MOTA": "",
                        "PHILEPHI": [
                            {
                                "MAPHILEPHI": "PHI-VD-01",
                                "SOTIEN": fee,
                                "DONVI": "Đồng",
                                "MOTA": "",
                                "TENTEP": "",
                                "URL": "",
                            }
                        ],
                    }
                ],
            }
        ],
        "DOITUONGTHUCHIEN": [{"MADOITUONG": "1", "TENDOITUONG": "Công dân Việt Nam"}],
        "THANHPHANHOSO": [
            {
                "TRUONGHOP": "",
                "GIAYTO": [
                    {
                        "MAGIAYTO": "TP01",
                        "MA_KQ_THAYTHE": "",
                        "SOBANCHINH": "1",
                        "SOBANSAO": "0",
                        "TENGIAYTO": "Đơn đề nghị",
                        "TENMAUDON": "mau-01.docx",
                        "URL": "https://tep.example.vn/mau-01.docx",
                    }
                ],
            }
        ],
        "KETQUATHUCHIEN": [{"MAKETQUA": "KQ.VD.000001", "TENKETQUA": "Giấy phép ví dụ", "TENTEP": "", "URL": ""}],
        "CANCUPHAPLY": [
            {
                "SOVANBAN": "01/2026/NĐ-VD",
                "TENVANBAN": "Nghị định ví dụ",
                "COQUANBANHANH": "Cơ quan Ví Dụ",
                "NGAYBANHANH": "01/02/2026",
                "NGAYHIEULUC": "01/03/2026",
                "DIACHITRUYCAP": "https://vanban.example.vn/1",
            }
        ],
        "TTHCLIENQUAN": [],
        "TTHCLIENTHONG": [],
        "COQUANTHUCHIEN": [{"MADONVI": UNIT, "TENDONVI": "Tỉnh Ví Dụ"}],
        "COQUANCOTHAMQUYEN": [],
        "COQUANDUOCUYQUYEN": [],
        "COQUANPHOIHOP": [],
    }


_PROCEDURES = [
    _procedure("9.999999", "Thủ tục ví dụ", "45000", "3"),
    _procedure("9.991001", "Cấp đổi giấy phép lái xe (ví dụ)", "135000", "5"),
    _procedure("9.991003", "Thông báo hoạt động khuyến mại (ví dụ)", "Không thu phí", "1"),
]
_LISTS: dict[str, list[Row]] = {
    "LayDanhMucCoQuan": [
        {"MADONVI": UNIT, "TENDONVI": "Tỉnh Ví Dụ", "CAPDONVI": "2"},
        {"MADONVI": "000.00.15.H49", "TENDONVI": "Sở Ví Dụ", "CAPDONVI": "2"},
        {"MADONVI": OTHER, "TENDONVI": "Bộ Ví Dụ", "CAPDONVI": "1"},
    ],
    "LayDanhMucLinhVuc": [
        {"MALINHVUC": "G99-XX01", "TENLINHVUC": "Lĩnh vực ví dụ", "MANGANH": OTHER},
        {"MALINHVUC": "H49-XX02", "TENLINHVUC": "Lĩnh vực của tỉnh", "MANGANH": UNIT},
    ],
    "LayDVC": [
        {
            "MADVC": "9.999999.01",
            "TENDVC": "Dịch vụ công ví dụ",
            "MATTHC": "9.999999",
            "TENTTHC": "Thủ tục ví dụ",
            "TENCOQUANBANHANH": "Bộ Ví Dụ",
            "TENLINHVUC": "Lĩnh vực ví dụ",
            "APDUNGDVC": [],
        }
    ],
    "LayDanhMucDanToc": [{"MA": "1", "TEN": "Kinh"}, {"MA": "2", "TEN": "Tày"}],
}
_QUESTION = {
    "HOIDAPID": "HD-0001",
    "MALINHVUC": "G99-XX01",
    "MADONVI": UNIT,
    "TENDONVI": "Tỉnh Ví Dụ",
    "NOIDUNG": "Thủ tục ví dụ cần những giấy tờ gì?",
    "TRALOIID": "",
    "NOIDUNGTRALOI": "",
    "HOVATEN": "Nguyễn Văn Ví Dụ",
    "THUDIENTU": "vidu@example.vn",
    "DIACHI": "Phường Ví Dụ",
    "SODIENTHOAI": "0900000000",
    "MATTHCDP": "9.999999.000.00.00.H49",
    "TRANGTHAI": "1",
}


class Parts(TypedDict, total=False):
    """The body of `PUT /_control/holdings`."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]  # the way pydantic documents it

    lists: dict[str, list[Row]]
    procedures: list[Row]
    technical_ids: dict[str, str]
    questions: dict[str, Row]
    answers: dict[str, list[Row]]
    own_questions: dict[str, Row]
    filed: dict[str, list[Row]]


@dataclass(slots=True)
class Holdings:
    """Rows by service. `lists` may be replaced over the control pages, so that changes can be shown."""

    lists: dict[str, list[Row]] = field(default_factory=lambda: copy.deepcopy(_LISTS))
    procedures: list[Row] = field(default_factory=lambda: copy.deepcopy(_PROCEDURES))
    technical_ids: dict[str, str] = field(
        default_factory=lambda: {"022000000000": "00000000-0000-4000-8000-00000000vidu"}
    )
    questions: dict[str, Row] = field(default_factory=lambda: {"HD-0001": dict(_QUESTION)})
    answers: dict[str, list[Row]] = field(default_factory=dict)
    own_questions: dict[str, Row] = field(default_factory=dict)
    filed: dict[str, list[Row]] = field(
        default_factory=lambda: {"000.00.00.G22-261122-0001": [], "000.00.00.G22-261122-0002": []}
    )

    def as_json(self) -> dict[str, Any]:
        """As `/_control/holdings` shows and takes it."""
        return {name: getattr(self, name) for name in self.__slots__}


__all__ = ["Holdings", "Parts", "Row"]
