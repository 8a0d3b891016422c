"""The rate card: prices of additional hours from a file, and which of them holds."""

import datetime as dt
from decimal import Decimal

import pytest

from examples import contract
from tsam_planner.errors import ArgumentError, PortfolioError
from tsam_planner.finance.prices import Price, price_of
from tsam_planner.service.rates import Rate, RateCard

DAY = dt.date(2027, 2, 1)
ANY = Rate(currency="EUR", rate="150")
TSAM = Rate(currency="EUR", rate="160", offering="tsam")
CREO = Rate(currency="EUR", rate="170", product="Creo")
WINDCHILL = Rate(currency="EUR", rate="180", product="Windchill", block_hours=0.5)
CREO_TSAM = Rate(currency="EUR", rate="190", product="Creo", offering="tsam")


def written(folder, text):
    """Write a rate card, and return where."""
    path = folder / "card.csv"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(path):
    """Return row, column and text of everything that is wrong with a rate card."""
    with pytest.raises(PortfolioError) as caught:
        RateCard.read(path)
    return [(item.row, item.column, str(item)) for item in caught.value.problems]


def test_a_card_is_read_with_its_defaults(tmp_path):
    """Empty cells: any offering, any product, blocks of an hour, always; blank lines."""
    text = "currency,rate,product,valid_to\nEUR,150.50,,\n\nJPY,20000,Creo,2027-03-31\n"
    assert RateCard.read(written(tmp_path, text)).rates == (
        Rate(currency="EUR", rate=Decimal("150.50"), block_hours=1.0),
        Rate(currency="JPY", rate=Decimal(20000), product="Creo", valid_to="2027-03-31"),
    )


def test_every_problem_of_a_card_is_named_at_once(tmp_path):
    """Five rows, six faults, each with its place."""
    text = (
        "currency,rate,offering,block_hours\n"
        "Euro,150,,\n"
        "EUR,,saas_standard,\n"
        "EUR,150,,0.1\n"
        "EUR,150,50,,\n"
        "EUR,150,tsam,1,,9\n"
    )
    found = problems_of(written(tmp_path, text))
    assert [place[:2] for place in found] == [
        (2, "currency"),
        (3, "offering"),
        (3, "rate"),
        (4, "block_hours"),
        (5, "offering"),
        (6, ""),
    ]
    assert "6 cells, the header has 4" in found[-1][2]
    assert all(text.startswith("card.csv") for _, _, text in found)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("currency,price\nEUR,150\n", "price", "unknown column 'price'"),
        ("currency\nEUR\n", "rate", "column rate is missing"),
        ("", "currency", "column currency is missing"),
        ("currency,rate,rate\nEUR,150,15\n", "rate", "column rate appears twice"),
    ],
)
def test_a_wrong_header_is_named(tmp_path, text, column, words):
    """Unknown, missing and doubled columns."""
    named = {name: text for _, name, text in problems_of(written(tmp_path, text))}
    assert words in named[column]


def test_a_price_that_never_holds_is_a_problem(tmp_path):
    """It ends the day before it begins; a price of one day is none."""
    text = "currency,rate,valid_from,valid_to\nEUR,150,2027-02-01,2027-01-31\n"
    [(row, column, words)] = problems_of(written(tmp_path, text))
    assert (row, column) == (2, "valid_to")
    assert "valid to 2027-01-31, before it is valid from 2027-02-01" in words
    day = written(tmp_path, text.replace("2027-01-31", "2027-02-01"))
    assert len(RateCard.read(day).rates) == 1


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path):
    """A missing one, and one in another encoding."""
    [(_, _, missing)] = problems_of(tmp_path / "none.csv")
    assert "the file does not exist" in missing
    (tmp_path / "latin.csv").write_bytes("currency,rate\nEUR,150,\u00e0".encode("latin-1"))
    [(_, _, latin)] = problems_of(tmp_path / "latin.csv")
    assert "it cannot be read" in latin
    assert "UTF-8" in latin


@pytest.mark.parametrize(
    ("offering", "products", "expected"),
    [
        ("saas_premium", (), ANY),
        ("saas_premium", ("Arena",), ANY),
        ("tsam", ("Arena",), TSAM),
        ("saas_premium", ("Creo", "Arena"), CREO),
        # A product says more than an offering; both together say most.
        ("tsam", ("Windchill",), WINDCHILL),
        ("tsam", ("Creo",), CREO_TSAM),
        ("tsam", ("Creo", "Windchill"), CREO_TSAM),
    ],
)
def test_the_narrowest_price_wins_in_any_order(offering, products, expected):
    """Any contract, an offering, a product, both."""
    rates = (ANY, TSAM, CREO, WINDCHILL, CREO_TSAM)
    assert RateCard(rates).find(offering, products, DAY) == expected
    assert RateCard(rates[::-1]).find(offering, products, DAY) == expected


def test_two_equally_narrow_prices_are_refused_with_both_named():
    """Creo and Windchill say different prices for a contract of both."""
    card = RateCard((ANY, CREO, WINDCHILL))
    with pytest.raises(ArgumentError) as caught:
        card.find("saas_premium", ("Creo", "Windchill"), DAY)
    for words in (str(CREO), str(WINDCHILL), "2027-02-01", "Creo, Windchill"):
        assert words in str(caught.value)
    assert str(ANY) not in str(caught.value)


def test_prices_of_two_currencies_are_told_apart_by_the_contracts():
    """Without one it is ambiguous; with one, only prices of it are looked at."""
    dollars = Rate(currency="USD", rate="165")
    card = RateCard((ANY, dollars))
    with pytest.raises(ArgumentError, match=r"150 EUR/h .*; 165 USD/h"):
        card.find("tsam", (), DAY)
    assert card.find("tsam", (), DAY, "USD") == dollars
    assert card.find("tsam", (), DAY, "JPY") is None


def test_the_same_price_twice_is_no_conflict():
    """Two rows that say the same."""
    assert RateCard((ANY, ANY)).find("tsam", (), DAY) == ANY


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2027-01-31", False), ("2027-02-01", True), ("2027-02-28", True), ("2027-03-01", False)],
)
def test_a_price_holds_from_its_first_to_its_last_day(day, holds):
    """Both inclusive; a narrower price that is over leaves the wider one."""
    month = Rate(
        currency="EUR", rate="99", offering="tsam", valid_from=DAY, valid_to="2027-02-28"
    )
    found = RateCard((ANY, month)).find("tsam", (), dt.date.fromisoformat(day))
    assert found == (month if holds else ANY)


def test_a_contracts_own_rate_comes_first_in_steps_of_the_card():
    """120 EUR/h although the card says 180; blocks of half an hour."""
    own = contract(products=("Windchill",), extra_hour_rate="120", currency="EUR")
    assert price_of(own, RateCard((ANY, WINDCHILL)), DAY) == Price(
        Decimal(120), "EUR", 0.5, "contract"
    )
    assert price_of(own, RateCard(), DAY) == Price(Decimal(120), "EUR", 1.0, "contract")


def test_a_contracts_own_rate_settles_an_ambiguous_card():
    """As the message says; of an hour and half an hour, the smaller step holds."""
    both = {"products": ("Creo", "Windchill"), "offering": "saas_premium", "deployment": "saas"}
    card = RateCard((ANY, CREO, WINDCHILL))
    with pytest.raises(ArgumentError, match="a currency or an extra_hour_rate"):
        price_of(contract(**both), card, DAY)
    own = contract(**both, extra_hour_rate="120", currency="EUR")
    assert price_of(own, card, DAY) == Price(Decimal(120), "EUR", 0.5, "contract")


def test_no_price_is_none_and_not_zero():
    """Nobody names one."""
    assert price_of(contract(), RateCard(), DAY) is None
    assert price_of(contract(), RateCard((CREO,)), DAY) is None
