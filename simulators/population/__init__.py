"""A stand-in for the national population database (CSDLQG về dân cư) as C06 lets a province ask it, over SOAP 1.1.

Built with lxml after the published shapes, with no SOAP library, so that a mistake of one cannot hide here.

What it cannot show:
- the real table of error codes, limits and quotas, which are not published: a request that it does not like gets a SOAP
  fault `Client` in words of its own, a wrong credential HTTP 401;
- the real order of MaDonVi, TaiKhoan and SoDienThoai, on which the sources differ: `order` is a setting;
- whether `TonTai` false means "nobody" or "somebody else": the real service does not tell either, as far as is known;
- which ethnic numbering it answers with, and codes of religions, countries and household relations beyond those few
  that are known: who is not head of a household has no `ChuHo` here;
- the shape of `Body` in the pull of changes, of which only "JSON in CDATA" is known: the one here is that of the
  façade; nor what `Loai` distinguishes, whether `Trang` begins at 1, and whether `DenNgay` belongs to the period;
- the operations on households, on old and new numbers, and on relatives, of which the wire form was not found;
- certificates and message security of the national axis, and the exact name of the header for AuthHash;
- real people: all are invented, their names contain "Ví Dụ". Numbers keep their structure and end in 000000 to 000999,
  which leaves a thousand a year, sex and province, so that two filed applicants may share one.
"""

from pathlib import Path

from .app import create
from .people import Address, Person, Relative
from .registry import Applicant, Population
from .settings import Answers, PopulationSettings

WSDL = Path(__file__).with_name("wsdl") / "population.wsdl"

__all__ = [
    "WSDL",
    "Address",
    "Answers",
    "Applicant",
    "Person",
    "Population",
    "PopulationSettings",
    "Relative",
    "create",
]
