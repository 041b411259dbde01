"""The payment process, told as stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bus.processes.payment import PaymentState, lines, standing, step
from bus.processes.shape import Fired, Heard
from schemas.payments import Check, Notice, NoticeOutcome, Origin

from .desk import POLICY, START, Desk, order

STRAY = Notice(
    system="vnpay",
    reference="LA",
    gateway_reference="G9",
    origin=Origin.NOTICE,
    outcome=NoticeOutcome.PAID,
    amount=50_000,
)


@pytest.fixture
def desk() -> Desk:
    """An order that was asked for and opened at the gateway."""
    made = Desk()
    assert made.request() == ["payment.attempted"]
    assert made.open() == []
    return made


def test_the_ordinary_way(desk: Desk) -> None:
    assert desk.stands == "pending"
    assert desk.notice("paid") == ["payment.paid"]
    paid = desk.one("payment.paid")
    assert (paid.amount, paid.late, paid.round, paid.gateway_reference) == (50_000, False, 1, "G1")
    assert (paid.dossier_code, paid.order_state) == (order().dossier_code, "paid")
    assert desk.todo() == {}
    assert desk.timers == {}
    assert desk.books.held == 50_000


def test_our_reference_fits_every_gateway(desk: Desk) -> None:
    (attempt,) = desk.attempts()
    assert len(attempt.reference) == 15
    assert attempt.reference.isalnum()
    assert attempt.reference.isupper()
    assert desk.keys[0] == attempt.reference
    assert attempt.expires_at == START + timedelta(seconds=900)


def test_the_orders_own_end_is_kept_if_it_is_earlier() -> None:
    desk = Desk()
    desk.request(expires_at=START + timedelta(seconds=600))
    assert desk.attempts()[0].expires_at == START + timedelta(seconds=600)


def test_a_notice_again_changes_nothing(desk: Desk) -> None:
    desk.notice("paid")
    before = desk.state
    assert desk.notice("paid") == []
    assert desk.answer("paid", "G1") == []
    assert desk.state is before


def test_a_request_again_changes_nothing() -> None:
    desk = Desk()
    desk.request(key="k-1")
    before = desk.state
    assert desk.request(key="k-1") == []
    assert desk.state is before


def test_the_same_step_twice_says_the_same() -> None:
    event = Heard("payment.requested", "k-1", order(), START)
    assert step(None, event, POLICY) == step(None, event, POLICY)


@pytest.mark.parametrize("outcome", ["failed", "expired"])
def test_late_money_is_booked_and_shown(desk: Desk, outcome: str) -> None:
    assert desk.notice(outcome) == [f"payment.{outcome}"]
    assert desk.stands == outcome
    assert desk.notice("paid") == ["payment.paid"]
    assert desk.one("payment.paid").late is True
    assert desk.stands == "paid"
    assert desk.todo() == {"late": 50_000}


def test_failed_after_paid_is_an_old_tale(desk: Desk) -> None:
    desk.notice("paid")
    assert desk.notice("failed") == []
    assert desk.notice("failed", "G0") == []
    assert desk.stands == "paid"


@pytest.mark.parametrize("count", [2, 3])
def test_paid_several_times(desk: Desk, count: int) -> None:
    for number in range(count):
        desk.notice("paid", f"G{number}")
    assert desk.count("payment.paid") == 1
    assert [surplus.gateway_reference for surplus in desk.all("payment.surplus")] == [f"G{n}" for n in range(1, count)]
    assert desk.books.surplus == 50_000 * (count - 1)
    assert desk.todo() == {"twice": 50_000}


@pytest.mark.parametrize(("amount", "kind"), [(49_999, "under"), (50_001, "over"), (1, "under")])
def test_another_amount_is_booked_and_pays_nothing(desk: Desk, amount: int, kind: str) -> None:
    assert desk.notice("paid", amount=amount) == []
    assert desk.books.held == amount
    assert desk.stands == "unmatched"
    assert desk.todo() == {kind: amount}


def test_too_little_first_and_the_right_amount_after_it(desk: Desk) -> None:
    desk.notice("paid", "G1", amount=20_000)
    assert desk.notice("paid", "G2") == ["payment.paid", "payment.surplus"]
    assert desk.one("payment.surplus").amount == 20_000
    assert desk.todo() == {"twice": 20_000}
    assert {item.kind for item in desk.work.values() if not item.open} == {"under"}


def test_an_officer_takes_what_is_over(desk: Desk) -> None:
    desk.notice("paid", amount=60_000)
    assert desk.accept() == ["payment.paid", "payment.surplus"]
    assert (desk.one("payment.paid").amount, desk.one("payment.surplus").amount) == (60_000, 10_000)
    assert desk.todo() == {"over": 10_000}
    assert desk.accept() == []
    desk.refund(10_000)
    desk.notice("refunded", refund_reference=desk.one("payment.refund_attempted").refund_reference, amount=10_000)
    assert desk.todo() == {}
    assert desk.books.held == 50_000


def test_an_officer_takes_what_is_under(desk: Desk) -> None:
    desk.notice("paid", amount=49_000)
    assert desk.accept() == ["payment.paid"]
    assert desk.todo() == {}
    assert desk.stands == "paid"


def test_the_browsers_return_proves_nothing_and_makes_us_ask(desk: Desk) -> None:
    assert desk.notice("paid", origin="return") == ["payment.queried"]
    assert desk.stands == "pending"
    assert desk.books.held == 0
    assert desk.notice("paid", origin="return") == []
    desk.wait(10)
    assert desk.notice("paid", origin="return") == ["payment.queried"]


def test_money_in_another_currency_is_not_dong(desk: Desk) -> None:
    assert desk.notice("paid", currency="USD") == ["payment.suspended"]
    assert desk.books.held == 0
    assert desk.todo() == {"foreign-currency": 0}


def test_money_for_a_reference_that_is_not_ours() -> None:
    desk = Desk()
    desk.request()
    assert desk.hear("payment.noticed", STRAY) == []
    assert desk.todo() == {"unclaimed": 50_000}
    assert desk.books.held == 50_000
    assert standing(desk.state, "vnpay", "LA") is None
    desk.notice("paid", "G1")
    assert desk.count("payment.surplus") == 1


def test_money_before_anything_else() -> None:
    desk = Desk()
    assert desk.hear("payment.noticed", STRAY) == []
    assert desk.todo() == {"unclaimed": 50_000}
    assert desk.request() == ["payment.attempted"]


def test_another_systems_notice_does_not_touch_the_attempt(desk: Desk) -> None:
    desk.notice("paid", system="momo")
    assert desk.stands == "unmatched"
    assert desk.count("payment.paid") == 0


def test_a_nameless_answer_and_a_named_notice_are_one_payment(desk: Desk) -> None:
    assert desk.answer("paid", None, amount=50_000) == ["payment.paid"]
    assert desk.notice("paid", "G1") == []
    assert desk.books.held == 50_000
    assert desk.notice("paid", "G2") == ["payment.surplus"]
    assert desk.answer("paid", None, amount=50_000) == []
    assert desk.books.held == 100_000


def test_one_transaction_told_with_two_amounts_counts_the_smaller(desk: Desk) -> None:
    desk.notice("paid")
    desk.notice("paid", amount=45_000)
    assert desk.books.held == 45_000
    assert set(desk.todo()) == {"conflict", "under"}


# reversals


def test_reversed(desk: Desk) -> None:
    desk.notice("paid")
    assert desk.notice("reversed") == ["payment.reversed"]
    assert desk.one("payment.reversed").covered is False
    assert desk.stands == "reversed"
    assert desk.books.held == 0
    assert desk.notice("paid") == []
    assert set(desk.todo()) == {"reversed"}


def test_reversed_before_it_was_told_as_paid(desk: Desk) -> None:
    assert desk.notice("reversed") == ["payment.reversed"]
    assert desk.notice("paid") == []
    assert desk.books.held == 0


def test_paid_again_after_a_reversal(desk: Desk) -> None:
    desk.notice("paid")
    desk.notice("reversed")
    assert desk.request() == ["payment.attempted"]
    assert desk.notice("paid", "G2") == ["payment.paid"]
    assert [paid.round for paid in desk.all("payment.paid")] == [1, 2]
    assert desk.todo() == {}


def test_surplus_money_takes_the_place_of_reversed_money(desk: Desk) -> None:
    desk.notice("paid", "G1")
    desk.notice("paid", "G2")
    assert desk.notice("reversed", "G1") == ["payment.reversed"]
    assert desk.one("payment.reversed").covered is True
    assert desk.stands == "paid"
    assert desk.todo() == {}
    assert desk.count("payment.paid") == 1


def test_suspended_money(desk: Desk) -> None:
    assert desk.notice("suspended") == ["payment.suspended"]
    assert desk.todo() == {"suspended": 0}
    assert desk.notice("failed") == []
    assert desk.stands == "suspended"
    assert desk.notice("paid") == ["payment.paid"]
    assert desk.todo() == {}


# asking


def test_polls_until_the_end_and_then_expired(desk: Desk) -> None:
    assert desk.wait(59) == []
    assert desk.wait(1) == ["payment.queried"]
    desk.wait(840)
    assert desk.count("payment.queried") == 15
    assert desk.answer("pending") == []
    assert desk.wait(60) == ["payment.queried"]
    assert desk.answer("pending") == ["payment.expired"]
    assert desk.wait(899) == []
    assert desk.wait(1 + 3600) == ["payment.queried"] * 2
    assert desk.wait(10**6) == []


def test_questions_carry_what_the_gateway_wants_to_hear_again(desk: Desk) -> None:
    desk.wait(60)
    asked = desk.one("payment.queried")
    assert asked.memo == {"created": "20261120080000"}
    assert asked.created_at == START
    assert asked.number == 1


def test_a_gateway_that_never_answers_calls_people(desk: Desk) -> None:
    desk.wait(960 + 2 * 60)
    assert desk.stands == "pending"
    assert desk.wait(60) == ["payment.suspended"]
    assert desk.todo() == {"suspended": 0}
    assert desk.answer("not_found") == ["payment.expired"]
    assert desk.todo() == {}


def test_an_unknown_code_is_asked_about_and_shown(desk: Desk) -> None:
    assert desk.notice("unclear") == ["payment.queried"]
    assert desk.todo() == {"unclear": 0}
    assert desk.stands == "pending"


def test_not_found_ends_nothing_while_there_is_time(desk: Desk) -> None:
    assert desk.answer("not_found") == []
    assert desk.stands == "pending"


def test_a_timer_of_an_old_generation_is_dropped(desk: Desk) -> None:
    name = f"attempt:{desk.attempts()[0].reference}"
    assert desk.timers[name][1] == 1
    desk.wait(60)
    before = desk.state
    assert desk.play(Fired(name, 1, desk.now)) == []
    assert desk.state is before
    assert desk.play(Fired("attempt:KHAC", 1, desk.now)) == []


def test_a_gateway_without_questions_expires_by_the_clock() -> None:
    desk = Desk()
    desk.request(system="vietqr")
    assert desk.wait(959) == []
    assert desk.wait(1) == ["payment.expired"]
    assert desk.notice("paid") == ["payment.paid"]
    assert desk.todo() == {"late": 50_000}


# asking again to pay


def test_the_open_link_is_given_again(desk: Desk) -> None:
    assert desk.request() == ["payment.opened"]
    again = desk.one("payment.opened")
    assert again.url == "https://thanh-toan.example.vn/pay?t=1"
    assert again.sent is None
    assert len(desk.attempts()) == 1


def test_another_gateway_only_after_the_first_was_asked(desk: Desk) -> None:
    assert desk.request(system="momo") == ["payment.queried"]
    assert desk.state is not None and desk.state.waiting is not None
    assert desk.notice("pending") == []
    assert desk.answer("pending") == ["payment.attempted"]
    assert desk.attempts()[1].system == "momo"
    assert desk.attempts()[1].number == 2
    assert desk.state.waiting is None


def test_another_gateway_is_declined_if_the_first_turns_out_paid(desk: Desk) -> None:
    desk.request(system="momo")
    assert desk.answer("paid", "G1", amount=50_000) == ["payment.declined", "payment.paid"]
    assert desk.one("payment.declined").code == "already-paid"
    assert len(desk.attempts()) == 1


def test_an_attempt_of_unknown_outcome_is_asked_first() -> None:
    desk = Desk()
    desk.request()
    assert desk.stands == "requested"
    assert desk.request() == ["payment.queried"]
    assert desk.request(system="momo") == ["payment.declined"]
    assert desk.one("payment.declined").code == "superseded"
    assert desk.answer("not_found") == ["payment.attempted"]
    assert desk.attempts()[1].system == "momo"


def test_a_request_waits_no_longer_than_the_silence(desk: Desk) -> None:
    desk.request(system="momo")
    desk.wait(960 + 3 * 60)
    assert desk.one("payment.declined").code == "in-doubt"


def test_a_failed_attempt_needs_no_question(desk: Desk) -> None:
    desk.notice("failed")
    assert desk.request() == ["payment.attempted"]
    first, second = desk.attempts()
    assert first.reference != second.reference


def test_what_opens_nothing_says_why(desk: Desk) -> None:
    assert desk.request(lines=order().lines[:1], amount=30_000) == ["payment.declined"]
    assert desk.request(system="khac") == ["payment.declined"]
    assert desk.request(expires_at=START) == ["payment.declined"]
    desk.notice("paid")
    assert desk.request() == ["payment.declined"]
    assert [said.code for said in desk.all("payment.declined")] == ["differs", "no-gateway", "expired", "already-paid"]


def test_there_is_an_end_of_attempts() -> None:
    desk = Desk(POLICY.model_copy(update={"attempts": 2}))
    for _ in range(3):
        desk.request()
        if desk.count("payment.declined") == 0:
            desk.notice("failed", None)
    assert desk.one("payment.declined").code == "too-many"


# refunds


def test_a_refund(desk: Desk) -> None:
    desk.notice("paid")
    assert desk.refund(50_000) == ["payment.refund_attempted"]
    sent = desk.one("payment.refund_attempted")
    assert sent.refund_reference == f"{desk.attempts()[0].reference}R01"
    assert (sent.whole, sent.paid, sent.gateway_reference) == (True, 50_000, "G1")
    assert desk.stands == "refunding"
    assert desk.notice("refunded", refund_reference=sent.refund_reference, amount=50_000) == ["payment.refunded"]
    assert desk.stands == "refunded"
    assert (desk.books.received, desk.books.refunded, desk.books.held) == (50_000, 50_000, 0)
    assert desk.timers == {}
    assert desk.request() == ["payment.declined"]
    assert desk.one("payment.declined").code == "refunded"


def test_a_part(desk: Desk) -> None:
    desk.notice("paid")
    desk.refund(20_000)
    sent = desk.one("payment.refund_attempted")
    assert sent.whole is False
    desk.notice("refunded", refund_reference=sent.refund_reference)
    assert desk.stands == "partly_refunded"
    assert desk.books.held == 30_000
    assert desk.refund(30_001, "HT-2") == ["payment.refund_failed"]
    assert desk.refund(30_000, "HT-3") == ["payment.refund_attempted"]


def test_no_refund_twice(desk: Desk) -> None:
    desk.notice("paid")
    desk.refund(50_000)
    before = desk.state
    assert desk.refund(50_000) == []
    assert desk.state is before
    assert desk.refund(50_000, "HT-2") == ["payment.refund_failed"]
    assert desk.one("payment.refund_failed").code == "refund-open"


def test_an_unknown_refund_is_asked_and_never_sent_again(desk: Desk) -> None:
    desk.notice("paid")
    desk.refund(50_000)
    assert desk.wait(60) == ["payment.refund_queried"]
    reference = desk.one("payment.refund_attempted").refund_reference
    assert desk.answer("refund_not_found", refund_reference=reference) == []
    assert desk.wait(600) == ["payment.refund_queried"]
    assert desk.todo() == {"refund-silent": 0}
    assert desk.wait(3 * 86_400) == ["payment.refund_queried"] * 3
    assert desk.refund(50_000, "HT-2") == ["payment.refund_failed"]
    assert desk.answer("refunding", refund_reference=reference) == []
    assert desk.answer("refunded", refund_reference=reference, amount=50_000) == ["payment.refunded"]
    assert desk.count("payment.refund_attempted") == 1
    assert desk.todo() == {}


def test_a_refused_refund_may_be_asked_for_again(desk: Desk) -> None:
    desk.notice("paid")
    desk.refund(50_000)
    first = desk.one("payment.refund_attempted").refund_reference
    assert desk.answer("refund_failed", refund_reference=first) == ["payment.refund_failed"]
    assert desk.stands == "paid"
    assert desk.todo() == {"refund-failed": 50_000}
    assert desk.refund(50_000, "HT-2") == ["payment.refund_attempted"]
    assert desk.todo() == {}
    assert desk.notice("refunded", refund_reference=first, amount=50_000) == ["payment.refunded"]
    second = desk.all("payment.refund_attempted")[1].refund_reference
    desk.notice("refunded", refund_reference=second, amount=50_000)
    assert desk.todo() == {"refunded-too-much": 0}
    assert desk.books.held == -50_000


@pytest.mark.parametrize(
    ("system", "amount", "code"),
    [("vnpay", 1, "not-booked"), ("vietqr", 50_000, "no-refunds"), ("momo", 50_001, "too-much")],
)
def test_refunds_that_are_not_sent(system: str, amount: int, code: str) -> None:
    desk = Desk()
    desk.request(system=system)
    if code != "not-booked":
        desk.notice("paid")
    assert desk.refund(amount) == ["payment.refund_failed"]
    assert desk.one("payment.refund_failed").code == code


def test_which_money_goes_back_must_be_said_where_there_is_more_than_one(desk: Desk) -> None:
    desk.notice("paid", "G1")
    desk.notice("paid", "G2")
    assert desk.refund(50_000) == ["payment.refund_failed"]
    assert desk.refund(50_000, "HT-2", "G2") == ["payment.refund_attempted"]
    assert desk.stands == "paid"
    desk.answer("refunded", refund_reference=desk.one("payment.refund_attempted").refund_reference, amount=50_000)
    assert desk.todo() == {}
    assert desk.books.held == 50_000


def test_the_paying_money_may_go_back_and_the_surplus_stay(desk: Desk) -> None:
    desk.notice("paid", "G1")
    desk.notice("paid", "G2")
    desk.refund(50_000, "HT-1", "G1")
    desk.answer("refunded", refund_reference=desk.one("payment.refund_attempted").refund_reference, amount=50_000)
    assert desk.stands == "paid"
    assert desk.todo() == {}


def test_a_refund_made_at_the_gateway_is_booked(desk: Desk) -> None:
    desk.notice("paid")
    assert desk.notice("refunded", refund_reference=None, gateway_refund_reference="H1", amount=50_000) == [
        "payment.refunded"
    ]
    assert desk.stands == "refunded"
    assert desk.todo() == {"refund-elsewhere": 0}
    assert desk.refund(1) == ["payment.refund_failed"]


def test_a_refund_that_seemed_made_elsewhere_and_was_ours(desk: Desk) -> None:
    desk.notice("paid")
    desk.refund(50_000)
    desk.notice("refunded", gateway_refund_reference="H1", amount=50_000)
    ours = desk.one("payment.refund_attempted").refund_reference
    desk.notice("refunded", refund_reference=ours, gateway_refund_reference="H1", amount=50_000)
    assert desk.books.held == 0
    assert desk.todo() == {}


def test_receipts_are_fetched_where_the_gateway_issues_them() -> None:
    desk = Desk()
    desk.request(system="national")
    desk.open()
    assert desk.notice("paid") == ["payment.paid", "receipt.requested"]
    assert desk.one("receipt.requested").memo == {"created": "20261120080000"}


def test_a_message_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"does not hear payment\.paid"):
        step(None, Heard("payment.paid", "k", None, START), POLICY)


def test_the_state_holds_no_payer_once_nothing_waits(desk: Desk) -> None:
    desk.notice("failed")
    desk.request()
    desk.notice("paid", "G2")
    assert desk.state is not None
    assert "Ví Dụ" not in desk.state.model_dump_json()


def test_what_a_receiver_is_told(desk: Desk) -> None:
    reference = desk.attempts()[0].reference
    told = standing(desk.state, "vnpay", reference)
    assert told is not None
    assert (told.amount, told.state, told.received) == (50_000, "pending", 0)
    desk.notice("paid")
    told = standing(desk.state, "vnpay", reference)
    assert told is not None
    assert (told.state, told.received, told.gateway_references) == ("paid", 50_000, ("G1",))
    assert standing(desk.state, "momo", reference) is None
    assert standing(None, "vnpay", reference) is None


def test_keys_are_never_used_twice(desk: Desk) -> None:
    desk.notice("failed")
    desk.request()
    desk.wait(5000)
    desk.notice("paid", "G1")
    desk.notice("paid", "G2")
    desk.notice("reversed", "G1")
    assert len(set(desk.keys)) == len(desk.keys)


def test_version(desk: Desk) -> None:
    assert desk.state is not None and desk.state.version == 1
    with pytest.raises(ValueError, match="version"):
        PaymentState.model_validate_json('{"version": 2}')


def test_events_are_values() -> None:
    fired = Fired("attempt:A", 1, START)
    assert replace(fired, generation=2) != fired


def test_the_books_as_lines(desk: Desk) -> None:
    desk.notice("paid", "G1", bank="NCB", written_at="20261120080500", terminal="LTTMN001", fee=1_100)
    desk.notice("paid", "G2")
    desk.notice("reversed", "G2")
    desk.refund(20_000, name="G1")
    refund = desk.one("payment.refund_attempted").refund_reference
    desk.notice("refunded", refund_reference=refund, gateway_refund_reference="H1", amount=20_000)
    assert desk.state is not None
    found = [(line.movement, line.status, line.gateway_reference, line.amount) for line in lines(desk.state)]
    assert found == [
        ("payment", "done", "G1", 50_000),
        ("payment", "done", "G2", 50_000),
        ("reversal", "done", "G2", 50_000),
        ("refund", "done", "G1", 20_000),
    ]
    first = next(lines(desk.state))
    assert (first.bank, first.written_at, first.terminal, first.fee) == ("NCB", "20261120080500", "LTTMN001", 1_100)
    assert (first.order_code, first.reference) == ("DON-1", desk.attempts()[0].reference)


def test_the_same_money_does_not_go_back_twice_while_other_money_is_there(desk: Desk) -> None:
    desk.notice("paid", "G1")
    desk.notice("paid", "G2")
    desk.refund(50_000, "HT-1", "G1")
    desk.answer("refunded", refund_reference=desk.one("payment.refund_attempted").refund_reference, amount=50_000)
    assert desk.refund(50_000, "HT-2", "G1") == ["payment.refund_failed"]
    assert desk.one("payment.refund_failed").code == "too-much"


def test_a_request_is_known_by_its_refund_even_when_it_is_forgotten(desk: Desk) -> None:
    desk.notice("paid")
    desk.refund(10_000)
    reference = desk.one("payment.refund_attempted").refund_reference
    desk.notice("refunded", refund_reference=reference, amount=10_000)
    assert desk.state is not None
    desk.state = desk.state.model_copy(update={"requests": ()})
    assert desk.refund(10_000) == []


@pytest.mark.parametrize("names", [(None, "H1"), ("H1", None), ("H1", "H1"), (None, None), ("H1", None, "H1")])
def test_one_refund_at_the_gateway_told_with_and_without_its_name(desk: Desk, names: tuple[str | None, ...]) -> None:
    desk.notice("paid", "G1")
    desk.notice("paid", "G2")
    for name in names:
        desk.notice("refunded", gateway_refund_reference=name, amount=50_000)
    assert desk.books.refunded == 50_000


def test_whoever_wants_to_know_has_the_gateway_asked_once(desk: Desk) -> None:
    desk.notice("paid")
    [attempt] = desk.attempts()
    check = Check(order_code="DON-1", system="vnpay", reference=attempt.reference, reason="run 1 of 20 November")
    assert desk.hear("payment.checked", check, "c1") == ["payment.queried"]
    assert desk.hear("payment.checked", check, "c1") == []
    assert desk.hear("payment.checked", check, "c2") == ["payment.queried"]
    assert desk.hear("payment.checked", check.model_copy(update={"reference": "ANOTHER"}), "c3") == []
    assert desk.hear("payment.checked", check.model_copy(update={"system": "momo"}), "c4") == []
