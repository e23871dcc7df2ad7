@suite.vdi
Feature: Only the right password opens a desktop
  A session's address is not a secret, so its password must be what keeps strangers out:
  no credential, a wrong one and another person's are refused everywhere, also on the
  connections that carry the picture. Each refusal stands beside a login that works.

  Background:
    Given a healthy VDI platform

  @VDI-06 @demo
  Scenario: A wrong password is refused and the right one opens the desktop
    Given alice has a running session
    And alice has opened the session's URL
    When alice logs in with a wrong password
    Then the login is refused in words
    And no picture is shown
    And the right password opens the session

  @VDI-06
  Scenario: A password opens its own session only
    Given alice has a running session
    And bob has a running session
    When bob tries to enter alice's session with the password of bob's session
    Then the login is refused in words
    And no picture is shown
    And the right password opens alice's session

  @VDI-06
  Scenario Outline: Every door of the session is closed to <visitor>
    Given alice has a running session
    And bob has a running session
    When the doors of alice's session are tried with <credential>
    Then every door but the login page and the health check is closed
    And the right credential opens every door of alice's session

    Examples:
      | visitor                   | credential               |
      | a visitor who has nothing | no credential            |
      | a visitor who guesses     | a wrong password         |
      | another user              | another user's credential |
