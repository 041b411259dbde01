"""Invents dossiers of Quảng Ninh as the notices that the provincial portal would file. Pure and seeded.

Dossier number n is the same whatever else is generated, so that any slice of a run can be made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from .catalogue import SERVICES, Service, Unit
from .people import OFFICERS, individual, organisation
from .timeline import Course, Event, course, due, later, office_hours, written

START = datetime(2026, 3, 2)
PER_DAY = 400
TITLES = (
    ("Chuyên viên", "Bộ phận Tiếp nhận và Trả kết quả"),
    ("Chuyên viên", "Phòng chuyên môn"),
    ("Phó trưởng phòng", ""),
)
Notice = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One dossier: its code, the course it takes and its notices in the order in which they are filed."""

    code: str
    course: str
    notices: tuple[Notice, ...]


def generate(cases: int, seed: int = 1, start: datetime = START, first: int = 0) -> list[Case]:
    """Dossiers `first` to `first + cases - 1` of the endless sequence that `seed` and `start` (a day) stand for."""
    return [_case(number, seed, start) for number in range(first, first + cases)]


def _case(number: int, seed: int, start: datetime) -> Case:
    random = Random(f"{seed}:{number}")
    service = random.choices(SERVICES, [service.weight for service in SERVICES])[0]
    taken = course(random)
    day = start + timedelta(days=number // PER_DAY * 7 // 5)
    filed = office_hours(day.replace(hour=random.randint(7, 15), minute=random.randint(0, 59)))
    return _Story(number, seed, random, service, random.choice(service.units), taken, filed).told()


class _Story:
    """One dossier while it is being told."""

    def __init__(
        self, number: int, seed: int, random: Random, service: Service, unit: Unit, taken: Course, filed: datetime
    ) -> None:
        self.number, self.seed, self.random = number, seed, random
        self.service, self.unit, self.course = service, unit, taken
        self.moment = filed
        self.code = f"{unit.code}-{filed:%y%m%d}-{number % 9999 + 1:04d}"
        self.notices: list[Notice] = []
        self.dossier = self._begin(filed)

    def told(self) -> Case:
        """The whole story."""
        self._file("HoSoMoi", "HoSo", dict(self.dossier))
        for place, event in enumerate(self.course.events):
            begun, self.moment = self.moment, later(self.moment, self.random)
            self._file("TienDo", "TienDo", self._step(event, begun, place))
            if event.update or self.dossier["TrangThai"] == 1:
                self.dossier = {**self.dossier, **self._changed(event), "TrangThai": event.state}
                self._file("CapNhatHoSo", "HoSo", dict(self.dossier))
        return Case(self.code, self.course.name, tuple(self.notices))

    def _file(self, kind: str, name: str, content: dict[str, Any]) -> None:
        notice_id = f"QN-MC-{self.seed}-{self.number:06d}-{len(self.notices) + 1:02d}"
        sent = written(self.moment + timedelta(seconds=5))
        self.notices.append({"MaGiaoDich": notice_id, "LoaiBanTin": kind, "ThoiGianGui": sent, name: content})

    def _begin(self, filed: datetime) -> dict[str, Any]:
        """The dossier as it is filed first."""
        random, service = self.random, self.service
        channel = random.choices(("TRUC_TUYEN", "TRUC_TIEP", "BUU_CHINH"), (6, 3, 1))[0]
        online = channel == "TRUC_TUYEN"
        make = organisation if random.random() < service.organisations else individual
        owner = make(random, self.number)
        refused = self.course.name == "refused"
        self.moment = received = filed if online else filed + timedelta(minutes=random.randint(5, 40))
        return {
            "MaHoSo": self.code,
            "SoBienNhan": f"BN-{self.number:06d}",
            "MaTTHC": service.code,
            "TenTTHC": service.name,
            "MaLinhVuc": service.field_code,
            "TenLinhVuc": service.field_name,
            "KenhTiepNhan": channel,
            "NoiNop": "CONG_QUOC_GIA" if online and random.random() < 0.4 else "CONG_TINH",
            "ChuHoSo": owner,
            "TrichYeu": f"{service.name}: {owner['HoTen']}",
            "ThongTinKhac": "",
            "GhiChu": "Hồ sơ không đủ điều kiện tiếp nhận" if refused else "",
            "DonViXuLy": self.unit.name,
            "TrangThai": 3 if refused else 1 if online and random.random() < 0.25 else 2,
            "NgayNop": written(filed),
            "NgayTiepNhan": written(received),
            "NgayHenTra": None if refused else written(due(received, service.days)),
            "NgayTuChoi": written(received + timedelta(minutes=30)) if refused else None,
            "NgayKetThucXuLy": None,
            "NgayTra": None,
            "ThongTinTra": "",
            "HinhThucTra": random.choices(("TAI_QUAY", "BUU_CHINH"), (3, 1))[0],
            **self._flags(online),
            **self._lists(online),
        }

    def _flags(self, online: bool) -> dict[str, Any]:
        verified = online and self.random.random() < 0.8
        paid = ("CONG_QUOC_GIA", "CONG_RIENG", "KHONG") if online and self.service.charges else ("KHONG",)
        return {
            "CoThanhPhanSoHoa": int(self.random.random() < 0.7),
            "XacThucVNeID": int(verified),
            "ThanhToanTrucTuyen": self.random.choice(paid),
            "CSDLDaTraCuu": ["1"] if verified else [],
        }

    def _lists(self, online: bool) -> dict[str, Any]:
        papers = [self._paper(code, name, place) for place, (code, name) in enumerate(self.service.papers, 1)]
        other = {"TenGiayTo": "Giấy ủy quyền (bản sao)", "SoLuong": 1, "LoaiGiayTo": "2"}
        fees = [
            {"MaPhi": c.code, "TenPhi": c.name, "Gia": c.amount, "LoaiPhi": c.kind, "HinhThucThu": c.collected}
            for c in self.service.charges
        ]
        return {
            "ThanhPhanHoSo": papers if online else papers[:-1],
            "GiayToKhac": [other] if self.random.random() < 0.2 else [],
            "LePhi": fees,
            "BoSung": [],
            "KetQua": [],
        }

    def _paper(self, code: str, name: str, place: int) -> dict[str, Any]:
        reuse = self.random.choices((0, 1, 2), (7, 2, 1))[0]
        return {
            "Id": f"{self.number}-{place}",
            "MaThanhPhan": code,
            "TenTep": name,
            "DuongDan": f"https://tep.example.vn/{self.number}/{place}",
            "DaXoa": 0,
            "DuocSoHoa": int(self.random.random() < 0.8),
            "TaiSuDung": reuse,
            "TuKhoDuLieuQuocGia": int(reuse > 0),
            "MaKetQuaThayThe": "KQ.VD.900001" if reuse == 2 else "",
        }

    def _step(self, event: Event, begun: datetime, place: int) -> dict[str, Any]:
        title, department = TITLES[min(place, len(TITLES) - 1)]
        return {
            "MaHoSo": self.code,
            "NguoiXuLy": self.random.choice(OFFICERS),
            "ChucDanh": title,
            "PhongBan": department,
            "ThoiDiemXuLy": written(self.moment),
            "NoiDungXuLy": event.content,
            "TrangThai": event.state,
            "NgayBatDau": written(begun),
            "NgayKetThucTheoQuyDinh": written(due(begun, 1)) if event.state == 4 else None,
        }

    def _changed(self, event: Event) -> dict[str, Any]:
        """What an event changes in the dossier, besides its state."""
        now = written(self.moment)
        if event.state == 5:
            return {"GhiChu": "Chờ công dân bổ sung", "BoSung": [self._asked()]}
        if event.state == 4 and self.dossier["BoSung"]:
            return self._supplemented()
        if event.state == 6:
            return {"GhiChu": "Chờ công dân thực hiện nghĩa vụ tài chính"}
        if event.state == 9:
            return {"NgayKetThucXuLy": now, "GhiChu": "", "KetQua": [self._result()]}
        if event.state == 10:
            return {"NgayTra": now, "ThongTinTra": "Đã trả kết quả cho chủ hồ sơ"}
        return {"NgayKetThucXuLy": now, "GhiChu": event.content} if event.state in (7, 8) else {"GhiChu": ""}

    def _asked(self) -> dict[str, Any]:
        return {
            "Id": f"{self.number}-BS1",
            "NguoiYeuCau": self.random.choice(OFFICERS),
            "NoiDung": "Đề nghị bổ sung bản sao có chứng thực",
            "NgayYeuCau": written(self.moment),
            "NguoiTiepNhan": "",
            "ThongTinTiepNhan": "",
            "NgayTiepNhan": None,
            "TrangThai": "0",
            "GiayTo": [],
            "LePhi": [],
            "NgayHenTraTruoc": self.dossier["NgayHenTra"],
            "NgayHenTraMoi": None,
        }

    def _supplemented(self) -> dict[str, Any]:
        request = self.dossier["BoSung"][0]
        new = written(due(self.moment, self.service.days))
        answered = {
            "NguoiTiepNhan": self.random.choice(OFFICERS),
            "ThongTinTiepNhan": "Đã nhận đủ giấy tờ",
            "NgayTiepNhan": written(self.moment),
            "TrangThai": "1",
            "GiayTo": [self._paper("TP.BS.01", "ban-sao-chung-thuc.pdf", 90)],
            "NgayHenTraMoi": new,
        }
        return {"NgayHenTra": new, "GhiChu": "", "BoSung": [{**request, **answered}]}

    def _result(self) -> dict[str, Any]:
        code, name = self.service.result
        place = f"https://ketqua.example.vn/{self.number}"
        return {"Id": f"{self.number}-KQ", "TenGiayTo": name, "MaThanhPhan": "", "MaGiayTo": code, "DuongDan": place}


__all__ = ["START", "Case", "Notice", "generate"]
