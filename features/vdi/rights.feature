@suite.vdi
Feature: Nobody may do more than the work needs
  The operator makes and removes desktops for others, so its rights say exactly what they are for.
  People ask for their desktops and end them; they change none behind the operator's back, and nobody
  reads another's password. What may not be is not only read off the roles: it is tried.

  Background:
    Given a healthy VDI platform

  @VDI-16
  Scenario: The operator's rights say exactly what they are for
    When the operator's rights are read
    Then no verb, resource or path in them is a wildcard

  @VDI-16
  Scenario: A user's own rights are enough to get a session and to end it
    Given alice has asked for a session
    When alice deletes the session
    Then nothing of the session is left within the terminate budget

  @VDI-16
  Scenario: A user changes no session, not even her own
    Given alice has a running session
    When alice tries every way to change the session
    Then each is refused for want of a right
    And nothing about it has changed
    And alice may get, list, create and delete sessions, and nothing else

  @VDI-16
  Scenario: A user reads nobody else's secret
    Given alice has a running session
    When bob tries every way to read the secret of alice's session
    Then each is refused for want of a right
