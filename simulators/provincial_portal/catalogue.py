"""The services of the first pilot and who handles them. Codes are invented, names of procedures follow everyday use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of Quảng Ninh (H49), in the old form of its code or in the new one."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee: code, name, đồng, kind, and when it is collected."""

    code: str
    name: str
    amount: int
    kind: str = "THONG_THUONG"
    collected: str = "KHI_TIEP_NHAN"


@dataclass(frozen=True, slots=True)
class Service:
    """A procedure. `organisations`: share of applicants that are none; `papers`: component code and file name."""

    code: str
    name: str
    field_code: str
    field_name: str
    units: tuple[Unit, ...]
    days: int
    organisations: float
    papers: tuple[tuple[str, str], ...]
    result: tuple[str, str]
    charges: tuple[Charge, ...] = ()
    weight: int = 1


COMMUNES = (
    Unit("H49.40.01", "UBND phường Hồng Gai"),
    Unit("H49.40.02", "UBND phường Bãi Cháy"),
    Unit("000.03.40.H49", "UBND phường Cao Xanh"),
    Unit("H49.41.01", "UBND phường Cẩm Phả"),
    Unit("H49.42.01", "UBND phường Uông Bí"),
    Unit("000.01.43.H49", "UBND phường Móng Cái 1"),
    Unit("H49.44.01", "UBND xã Tiên Yên"),
    Unit("H49.45.01", "UBND đặc khu Vân Đồn"),
)
LAND = (
    Unit("H49.12.01", "Chi nhánh Văn phòng đăng ký đất đai khu vực Hạ Long"),
    Unit("000.02.12.H49", "Chi nhánh Văn phòng đăng ký đất đai khu vực Cẩm Phả"),
    Unit("H49.12.03", "Chi nhánh Văn phòng đăng ký đất đai khu vực Móng Cái"),
)
SERVICES = (
    Service(
        "9.991001",
        "Đổi giấy phép lái xe",
        "G99-GT01",
        "Đường bộ",
        (Unit("000.00.15.H49", "Phòng Cảnh sát giao thông tỉnh Quảng Ninh"),),
        7,
        0,
        (("TP.GPLX.01", "don-de-nghi.pdf"), ("TP.GPLX.02", "giay-kham-suc-khoe.pdf"), ("TP.GPLX.03", "anh-the.jpg")),
        ("KQ.VD.100101", "Giấy phép lái xe"),
        (Charge("PHI-VD-GPLX", "Lệ phí đổi giấy phép lái xe", 115_000),),
        5,
    ),
    Service(
        "9.991002",
        "Đăng ký khai sinh",
        "G99-HT01",
        "Hộ tịch",
        COMMUNES,
        1,
        0,
        (("TP.KS.01", "to-khai.pdf"), ("TP.KS.02", "giay-chung-sinh.pdf")),
        ("KQ.VD.100201", "Giấy khai sinh"),
        (Charge("PHI-VD-KS", "Lệ phí đăng ký khai sinh", 0),),
        5,
    ),
    Service(
        "9.991003",
        "Thông báo hoạt động khuyến mại",
        "G99-CT01",
        "Xúc tiến thương mại",
        (Unit("H49.05", "Sở Công Thương tỉnh Quảng Ninh"),),
        5,
        1,
        (("TP.KM.01", "thong-bao.pdf"), ("TP.KM.02", "the-le-chuong-trinh.pdf")),
        ("KQ.VD.100301", "Xác nhận thông báo khuyến mại"),
        (),
        2,
    ),
    Service(
        "9.991004",
        "Đăng ký biến động quyền sử dụng đất",
        "G99-DD01",
        "Đất đai",
        LAND,
        10,
        0.2,
        (
            ("TP.DD.01", "don-dang-ky-bien-dong.pdf"),
            ("TP.DD.02", "giay-chung-nhan.pdf"),
            ("TP.DD.03", "hop-dong-chuyen-nhuong.pdf"),
        ),
        ("KQ.VD.100401", "Giấy chứng nhận quyền sử dụng đất"),
        (
            Charge("PHI-VD-DD1", "Phí thẩm định hồ sơ", 1_200_000, "THAM_DINH"),
            Charge("PHI-VD-DD2", "Lệ phí cấp giấy chứng nhận", 100_000, collected="KHI_TRA"),
        ),
        3,
    ),
    Service(
        "9.991005",
        "Cấp điện mới từ lưới điện hạ áp",
        "G99-NL01",
        "Điện lực",
        (Unit("H49.DN.001", "Điện lực Hạ Long"), Unit("H49.DN.002", "Điện lực Cẩm Phả")),
        3,
        0.3,
        (("TP.CD.01", "giay-de-nghi-mua-dien.pdf"), ("TP.CD.02", "giay-to-dia-diem.pdf")),
        ("KQ.VD.100501", "Hợp đồng mua bán điện"),
        (),
        2,
    ),
    Service(
        "9.991006",
        "Đăng ký thành lập hộ kinh doanh",
        "G99-KD01",
        "Thành lập và hoạt động của hộ kinh doanh",
        COMMUNES,
        3,
        0,
        (("TP.HKD.01", "giay-de-nghi.pdf"),),
        ("KQ.VD.100601", "Giấy chứng nhận đăng ký hộ kinh doanh"),
        (Charge("PHI-VD-HKD", "Lệ phí đăng ký hộ kinh doanh", 100_000),),
        2,
    ),
    Service(
        "9.991007",
        "Đăng ký thay đổi nội dung đăng ký doanh nghiệp",
        "G99-KD02",
        "Thành lập và hoạt động của doanh nghiệp",
        (Unit("H49.08", "Sở Tài chính tỉnh Quảng Ninh"),),
        3,
        1,
        (("TP.DN.01", "thong-bao-thay-doi.pdf"), ("TP.DN.02", "nghi-quyet.pdf")),
        ("KQ.VD.100701", "Giấy chứng nhận đăng ký doanh nghiệp"),
        (
            Charge("PHI-VD-DN1", "Lệ phí đăng ký doanh nghiệp", 50_000),
            Charge("PHI-VD-DN2", "Phí công bố nội dung đăng ký", 100_000),
        ),
        2,
    ),
)

__all__ = ["SERVICES", "Charge", "Service", "Unit"]
