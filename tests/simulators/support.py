"""A client of the simulated national portal that knows nothing of its code, and examples from the field list."""

from __future__ import annotations

from typing import Any

import aiohttp

CODE = "000.00.15.H49-261122-0001"
USER, PASSWORD, UNIT = "000.00.00.H49", "mat-khau-vi-du", "000.00.00.H49"
CARRIER = "/XrdAdapter/RestService/forward"


def dossier(code: str = CODE, **changes: Any) -> dict[str, Any]:
    """The example of section 3.1 of the reference."""
    return {
        "MaHoSo": code,
        "MaTTHC": "9.999999",
        "TenTTHC": "Thủ tục ví dụ",
        "MaLinhVuc": "G99-XX01",
        "TenLinhVuc": "Lĩnh vực ví dụ",
        "KenhThucHien": "2",
        "ChuHoSo": "Nguyễn Văn Ví Dụ",
        "SoGiayToChuHoSo": "022000000000",
        "LoaiDoiTuong": "1",
        "MaDoiTuong": "00000000-0000-4000-8000-000000000001",
        "ThongTinKhac": "",
        "Email": "vidu@example.vn",
        "Fax": "",
        "SoDienThoai": "0900000000",
        "TrichYeuHoSo": "Hồ sơ ví dụ",
        "NgayNopHoSo": "20261122081000",
        "NgayTiepNhan": "20261122083000",
        "NgayHenTra": "20261125170000",
        "TrangThaiHoSo": "2",
        "NgayTra": "",
        "ThongTinTra": "",
        "HinhThuc": "0",
        "NgayKetThucXuLy": "",
        "DonViXuLy": "Sở Ví Dụ",
        "GhiChu": "",
        "NoiNopHoSo": "2",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "1",
        "DuocThanhToanTrucTuyen": "1",
        "NgayTuChoi": "",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "022000000000"}],
        "DSKetNoiCSDL": [],
        "TaiLieuNop": [
            {
                "TepDinhKemId": "1",
                "TenTepDinhKem": "don-vi-du.pdf",
                "IsDeleted": "False",
                "MaThanhPhanHoSo": "TP01",
                "DuongDanTaiTepTin": "https://tep.example.vn/t/1",
                "DuocSoHoa": "1",
                "DuocTaiSuDung": "0",
                "DuocLayTuKhoDMQG": "0",
                "MaKetQuaThayThe": "",
            }
        ],
        "DanhSachLePhi": [
            {
                "TenPhiLePhi": "Lệ phí ví dụ",
                "MaPhiLePhi": "PHI-VD-01",
                "HinhThucThu": "1",
                "Gia": "45000",
                "LoaiPhiLePhi": "1",
            }
        ],
        "DanhSachTepDinhKemKhac": [],
        "DanhSachHoSoBoSung": [],
        "DanhSachGiayToKetQua": [],
        **changes,
    }


def step(code: str = CODE, at: str = "20261122083000", **changes: Any) -> dict[str, Any]:
    """The example of section 3.2."""
    return {
        "MaHoSo": code,
        "NguoiXuLy": "Cán bộ Ví Dụ",
        "ChucDanh": "",
        "ThoiDiemXuLy": at,
        "PhongBanXuLy": "",
        "NoiDungXuLy": "Tiếp nhận hồ sơ",
        "TrangThai": "2",
        "NgayBatDau": "",
        "NgayKetThucTheoQuyDinh": "",
        **changes,
    }


class Client:
    """Talks to the portal over real connections."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.http = session
        self.token = ""

    async def send(self, path: str, body: Any, **options: Any) -> Any:
        """POST JSON and read the JSON answered with 200."""
        async with self.http.post(self.url + path, json=body, **options) as response:
            assert response.status == 200
            return await response.json(content_type="application/json")

    async def log_in(self) -> None:
        """Get a session."""
        answer = await self.send(f"{CARRIER}/mapi/login", {"username": USER, "password": PASSWORD})
        self.token = answer["session"]

    def body(self, service: str, **parameters: Any) -> dict[str, Any]:
        """The common envelope."""
        return {"session": self.token, "madonvi": UNIT, "service": service, **parameters}

    async def call(self, service: str, **parameters: Any) -> Any:
        """One service."""
        return await self.send(f"{CARRIER}/mapi/g", self.body(service, **parameters))

    async def insert(self, *dossiers: dict[str, Any]) -> Any:
        """File new dossiers."""
        return await self.call("DongBoHoSoMC", isUpdating="False", data=list(dossiers))

    async def update(self, *dossiers: dict[str, Any]) -> Any:
        """Change dossiers."""
        return await self.call("DongBoHoSoMC", isUpdating="True", data=list(dossiers))

    async def progress(self, *steps: dict[str, Any]) -> Any:
        """Add steps."""
        return await self.call("CapNhatTienDoHoSoMC", data=list(steps))

    async def faults(self, **faults: Any) -> None:
        """Switch faults."""
        async with self.http.put(f"{self.url}/_control/faults", json=faults) as response:
            assert response.status == 200, await response.text()

    async def control(self, page: str) -> Any:
        """Read a control page."""
        async with self.http.get(f"{self.url}/_control/{page}") as response:
            assert response.status == 200
            return await response.json()

    async def held(self, code: str = CODE) -> Any:
        """What the portal really holds of a dossier."""
        found = (await self.control(f"records?mahoso={code}"))["dossiers"]
        return found[0] if found else None
