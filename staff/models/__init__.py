"""People, API clients, and the organisations behind these."""

from staff.models.answer import StoredAnswer
from staff.models.client import ApiClient, ApiKey
from staff.models.organisation import Organisation
from staff.models.user import Team, User

__all__ = ["ApiClient", "ApiKey", "Organisation", "StoredAnswer", "Team", "User"]
