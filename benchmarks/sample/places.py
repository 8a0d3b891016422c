"""Cities where customers sign and managers work: zone, holiday calendar, money."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A city; ``subdivision`` is empty where a country's holidays hold everywhere."""

    region: str
    time_zone: str
    country: str
    subdivision: str
    currency: str


_AMERICAS, _EUROPE, _ASIA = "Americas", "Europe", "Asia-Pacific"

PLACES = {
    "Atlanta": Place(_AMERICAS, "America/New_York", "US", "GA", "USD"),
    "Boston": Place(_AMERICAS, "America/New_York", "US", "MA", "USD"),
    "Chicago": Place(_AMERICAS, "America/Chicago", "US", "IL", "USD"),
    "Denver": Place(_AMERICAS, "America/Denver", "US", "CO", "USD"),
    "Detroit": Place(_AMERICAS, "America/Detroit", "US", "MI", "USD"),
    "Houston": Place(_AMERICAS, "America/Chicago", "US", "TX", "USD"),
    "Los Angeles": Place(_AMERICAS, "America/Los_Angeles", "US", "CA", "USD"),
    "Minneapolis": Place(_AMERICAS, "America/Chicago", "US", "MN", "USD"),
    "Montreal": Place(_AMERICAS, "America/Toronto", "CA", "QC", "USD"),
    "New York": Place(_AMERICAS, "America/New_York", "US", "NY", "USD"),
    "San Francisco": Place(_AMERICAS, "America/Los_Angeles", "US", "CA", "USD"),
    "San Jose": Place(_AMERICAS, "America/Los_Angeles", "US", "CA", "USD"),
    "Seattle": Place(_AMERICAS, "America/Los_Angeles", "US", "WA", "USD"),
    "São Paulo": Place(_AMERICAS, "America/Sao_Paulo", "BR", "SP", "USD"),
    "Toronto": Place(_AMERICAS, "America/Toronto", "CA", "ON", "USD"),
    "Barcelona": Place(_EUROPE, "Europe/Madrid", "ES", "CT", "EUR"),
    "Bologna": Place(_EUROPE, "Europe/Rome", "IT", "", "EUR"),
    "Bristol": Place(_EUROPE, "Europe/London", "GB", "ENG", "GBP"),
    "Copenhagen": Place(_EUROPE, "Europe/Copenhagen", "DK", "", "EUR"),
    "Eindhoven": Place(_EUROPE, "Europe/Amsterdam", "NL", "", "EUR"),
    "Glasgow": Place(_EUROPE, "Europe/London", "GB", "SCT", "GBP"),
    "Gothenburg": Place(_EUROPE, "Europe/Stockholm", "SE", "", "EUR"),
    "Hamburg": Place(_EUROPE, "Europe/Berlin", "DE", "HH", "EUR"),
    "London": Place(_EUROPE, "Europe/London", "GB", "ENG", "GBP"),
    "Lyon": Place(_EUROPE, "Europe/Paris", "FR", "", "EUR"),
    "Milan": Place(_EUROPE, "Europe/Rome", "IT", "", "EUR"),
    "Munich": Place(_EUROPE, "Europe/Berlin", "DE", "BY", "EUR"),
    "Paris": Place(_EUROPE, "Europe/Paris", "FR", "", "EUR"),
    "Stockholm": Place(_EUROPE, "Europe/Stockholm", "SE", "", "EUR"),
    "Stuttgart": Place(_EUROPE, "Europe/Berlin", "DE", "BW", "EUR"),
    "Toulouse": Place(_EUROPE, "Europe/Paris", "FR", "", "EUR"),
    "Turin": Place(_EUROPE, "Europe/Rome", "IT", "", "EUR"),
    "Vienna": Place(_EUROPE, "Europe/Vienna", "AT", "", "EUR"),
    "Warsaw": Place(_EUROPE, "Europe/Warsaw", "PL", "", "EUR"),
    "Zurich": Place(_EUROPE, "Europe/Zurich", "CH", "ZH", "EUR"),
    "Bengaluru": Place(_ASIA, "Asia/Kolkata", "IN", "KA", "USD"),
    "Melbourne": Place(_ASIA, "Australia/Melbourne", "AU", "VIC", "USD"),
    "Nagoya": Place(_ASIA, "Asia/Tokyo", "JP", "", "JPY"),
    "Osaka": Place(_ASIA, "Asia/Tokyo", "JP", "", "JPY"),
    "Pune": Place(_ASIA, "Asia/Kolkata", "IN", "MH", "USD"),
    "Seoul": Place(_ASIA, "Asia/Seoul", "KR", "", "USD"),
    "Shanghai": Place(_ASIA, "Asia/Shanghai", "CN", "", "USD"),
    "Singapore": Place(_ASIA, "Asia/Singapore", "SG", "", "USD"),
    "Suzhou": Place(_ASIA, "Asia/Shanghai", "CN", "", "USD"),
    "Sydney": Place(_ASIA, "Australia/Sydney", "AU", "NSW", "USD"),
    "Tokyo": Place(_ASIA, "Asia/Tokyo", "JP", "", "JPY"),
}
