"""The provincial one-stop system (hệ thống một cửa): files dossiers and steps, is told what became of them."""

from __future__ import annotations

from pydantic import ValidationError

from adapters.codecs import Coded
from adapters.fields import Untranslatable
from lienthong.ports import Capabilities, Context, Conversation, Message, Reception, operation, receive
from lienthong.requests import Accept, Inbound, Outcome, Post
from lienthong.verdicts import Reject
from schemas.flaws import flaw
from schemas.progress import Acknowledgement

from .answers import misread, outcome, verdict
from .codes import NOTICES, OUTCOMES
from .model import TIME, BanTin, ThongBao
from .notices import Form, Misread, Part, read
from .payments.conversations import Payments
from .settings import ProvincialPortalSettings
from .translate import DOSSIER, STEP, dossier_from_native, status, step_from_native

FORM = Form(
    BanTin,
    {
        notice: Part("TienDo", type, "dossier_code", STEP, step_from_native)
        if notice == "TienDo"
        else Part("HoSo", type, "code", DOSSIER, dossier_from_native)
        for type, notice in NOTICES.items()
    },
)


class ProvincialPortal(Payments):
    """Says: new dossiers, changed dossiers, steps (`POST /in/{system}/dossiers`), and what is to be paid
    (`POST /in/{system}/payments`). Told: how other systems answered, and what became of payments."""

    name = "provincial_portal"
    Settings = ProvincialPortalSettings
    capabilities = Capabilities(idempotent=True, callbacks=True, money=True)

    settings: ProvincialPortalSettings

    @receive("dossiers")
    def dossiers(self, inbound: Inbound, context: Context) -> Reception:
        """One notice of the portal."""
        notice = read(inbound.content, FORM)
        if isinstance(notice, Misread):
            return misread(notice)
        became = yield Accept((notice.draft,))
        return outcome(notice, became if isinstance(became, Outcome) else Outcome("failed"))

    @operation("dossier.acknowledged", "dossier.refused", on_unknown="resend")
    def status(self, message: Message, context: Context) -> Conversation:
        """The call-back. The portal knows a repeat by the message's id."""
        try:
            told = self._call_back(message)
        except Untranslatable as error:
            return Reject(error.code, error.reason, error.place)
        except ValidationError as error:
            found = flaw(error.errors(include_url=False, include_input=False)[0])
            return Reject(found.code, found.reason, found.pointer)
        request = Post(self.settings.status_path, json=told.model_dump())
        return verdict((yield request), request)

    def _call_back(self, message: Message) -> ThongBao:
        told: Acknowledgement = message.read(Acknowledgement)
        return ThongBao.model_validate(
            {
                "MaThongBao": message.id,
                **status(told),
                "KetQua": Coded("outcomes", OUTCOMES).write(message.type, ""),
                "ThoiGian": TIME.write(message.time, ""),
            }
        )


__all__ = ["ProvincialPortal", "ProvincialPortalSettings"]
