"""The 24 managers: TSAMs serve on-premise customers, Premium managers SaaS ones, Leads both."""

from dataclasses import dataclass

from sample.places import PLACES, Place

Row = dict[str, object]

_OFFERINGS = {
    "TSAM": ("tsam",),
    "Premium": ("saas_standard", "saas_premium"),
    "Lead": ("tsam", "saas_standard", "saas_premium"),
}


@dataclass(frozen=True, slots=True)
class Manager:
    """A manager; ``name`` is a role and a city, nobody is meant."""

    manager_id: str
    name: str
    city: str
    languages: tuple[str, ...]
    products: tuple[str, ...]
    hourly_cost: int
    weekly_hours: int = 40
    first_day: str = ""
    last_day: str = ""
    work_start: str = ""
    work_end: str = ""

    @property
    def place(self) -> Place:
        """Where the manager works."""
        return PLACES[self.city]

    @property
    def offerings(self) -> tuple[str, ...]:
        """Offerings that go with the role."""
        return _OFFERINGS[self.name.split()[0]]


def _manager(
    manager_id: str,
    name: str,
    languages: str,
    products: str,
    hourly_cost: int,
    weekly_hours: int = 40,
    **dates: str,
) -> Manager:
    city = " ".join(word for word in name.split()[1:] if not word.isdigit())
    spoken, known = tuple(languages.split()), tuple(products.split())
    return Manager(manager_id, name, city, spoken, known, hourly_cost, weekly_hours, **dates)


TEAM = (
    _manager("M-01", "Lead Boston 1", "en", "Windchill Creo Codebeamer Onshape Arena", 92),
    _manager("M-02", "TSAM Boston 2", "en pt", "Windchill Creo ThingWorx Kepware", 84),
    _manager("M-03", "Premium Boston 3", "en es", "Windchill Onshape Arena ServiceMax", 82),
    _manager("M-04", "Lead Chicago 1", "en", "Windchill Arena Codebeamer ServiceMax", 80),
    _manager(
        "M-05",
        "TSAM Chicago 2",
        "en",
        "Windchill Creo ThingWorx Kepware",
        80,
        last_day="2027-02-26",
    ),
    _manager(
        "M-06", "TSAM Los Angeles", "en ko", "Windchill Creo Codebeamer ThingWorx Kepware", 90
    ),
    _manager("M-07", "Lead San Francisco", "en", "Windchill Onshape Arena Codebeamer", 93),
    _manager(
        "M-08", "Lead Toronto", "en fr", "Windchill Creo ThingWorx Kepware ServiceMax", 76
    ),
    _manager("M-09", "Lead São Paulo", "en es pt", "Windchill Creo ServiceMax", 52),
    _manager("M-10", "TSAM Munich 1", "de en", "Windchill Servigistics", 78),
    _manager("M-11", "Lead Munich 2", "de en it", "Windchill Creo Codebeamer ThingWorx", 82),
    _manager("M-12", "Premium Milan 1", "en it", "Windchill Onshape Arena ServiceMax", 64),
    _manager("M-13", "TSAM Milan 2", "en it", "Windchill Creo ThingWorx Kepware", 62),
    _manager("M-14", "TSAM Paris 1", "en fr it", "Windchill Creo Codebeamer", 72),
    _manager("M-15", "Premium Paris 2", "en fr", "Windchill Arena ServiceMax", 70, 32),
    _manager("M-16", "TSAM London 1", "en", "Windchill Codebeamer Servigistics", 68),
    _manager("M-17", "Premium London 2", "en fr", "Onshape Arena ServiceMax Codebeamer", 66),
    _manager(
        "M-18",
        "Lead Stockholm",
        "de en sv",
        "Windchill Creo Codebeamer ThingWorx Kepware",
        74,
        32,
    ),
    _manager(
        "M-19",
        "Premium Munich 3",
        "de en",
        "Windchill Onshape Arena ServiceMax",
        70,
        first_day="2027-02-01",
    ),
    _manager("M-20", "Lead Tokyo", "en ja", "Windchill Creo Codebeamer ServiceMax", 9200),
    _manager(
        "M-21", "Lead Singapore", "en ja zh", "Windchill Onshape Arena ServiceMax Creo", 74, 32
    ),
    _manager(
        "M-22",
        "Lead Pune",
        "en hi",
        "Windchill Creo ThingWorx Kepware Codebeamer",
        31,
        work_start="10:00",
        work_end="18:00",
    ),
    _manager("M-23", "TSAM Shanghai", "en zh", "Windchill Creo ThingWorx Kepware", 48),
    _manager("M-24", "Lead Sydney", "en", "Windchill Creo Onshape Arena ServiceMax", 81, 24),
)


def manager_rows() -> list[Row]:
    """Return the rows of ``managers.csv``."""
    return [
        {
            "manager_id": manager.manager_id,
            "name": manager.name,
            "time_zone": manager.place.time_zone,
            "country": manager.place.country,
            "subdivision": manager.place.subdivision,
            "start_date": manager.first_day,
            "end_date": manager.last_day,
            "weekly_hours": manager.weekly_hours,
            "work_start": manager.work_start,
            "work_end": manager.work_end,
            "languages": ";".join(manager.languages),
            "products": ";".join(manager.products),
            "offerings": ";".join(manager.offerings),
            "hourly_cost": manager.hourly_cost,
            "currency": manager.place.currency,
        }
        for manager in TEAM
    ]
