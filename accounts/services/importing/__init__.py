"""Files of accounts, observations, activity and posts come in: streamed, in chunks, again and again with one effect."""

from accounts.services.importing.engine import Imported, Target, import_file
from accounts.services.importing.places import Places
from accounts.services.importing.targets import Accounts, Activity, Observations, Posts

__all__ = ["Accounts", "Activity", "Imported", "Observations", "Places", "Posts", "Target", "import_file"]
