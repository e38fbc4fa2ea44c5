"""People and API clients."""

from staff.models.client import ApiClient, ApiKey
from staff.models.user import Team, User

__all__ = ["ApiClient", "ApiKey", "Team", "User"]
