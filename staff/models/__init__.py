"""People with an account, how they come in, and what is written down of it."""

from staff.models.event import Event
from staff.models.invitation import Invitation, InvitedDuty
from staff.models.limits import Device, Failure, Shared
from staff.models.person import Person

__all__ = ["Device", "Event", "Failure", "Invitation", "InvitedDuty", "Person", "Shared"]
