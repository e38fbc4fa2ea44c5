"""What the log can say about people, organisations and keys."""

from django.utils.translation import gettext_noop as _

from audit.rules import declare

SIGNED_IN = declare("person.signed_in", _("A person signed in"))
SIGN_IN_FAILED = declare("person.sign_in_failed", _("Somebody failed to sign in under a name"), "username")
SIGNED_OUT = declare("person.signed_out", _("A person signed out"))
PERSON_CREATED = declare("person.created", _("A person was given an account"), "role", "clearances")
PERSON_CHANGED = declare(
    "person.changed", _("A person’s role, team, languages, clearances or access were changed"), "before", "after"
)
LANGUAGE_CHOSEN = declare("person.language_chosen", _("A person chose the language of the pages"), "before", "after")
ROLE_CHANGED = declare("person.role_changed", _("A person's role was changed"), "before", "after")
PREFERENCES_CHANGED = declare("person.preferences_changed", _("A person changed what they see, and how they work"))
CLIENT_CREATED = declare("client.created", _("An API client was made"), "name", "kind", "acts_for", "organisation")
CLIENT_CHANGED = declare("client.changed", _("An API client’s organisation or terms were changed"), "before", "after")
ORGANISATION_CREATED = declare("organisation.created", _("An organisation was entered"), "name", "kind", "country")
ORGANISATION_CHANGED = declare("organisation.changed", _("An organisation’s facts were changed"), "before", "after")
KEY_CREATED = declare("key.created", _("A key was made"), "prefix", "scopes", "expires_at")
KEY_REVOKED = declare("key.revoked", _("A key was revoked"), "prefix")
PASSWORD_SET = declare("person.password_set", _("A person's password was set"))
