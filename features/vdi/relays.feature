@suite.vdi
Feature: Pictures take no way that nobody configured
  A browser that is told of a relay will call it, wherever it is. So people's browsers are told of those
  that the platform's owner configured and of no other, least of all of a public one.

  @VDI-14
  Scenario: Without a configured relay the browser is told of none
    Given a healthy VDI platform
    And alice has a running session
    And alice has opened the session's URL
    When alice logs in
    Then the first live picture is seen within the frame_first budget
    And the browser was offered the configured relays and no other

  @VDI-14 @needs.settable
  Scenario: With a configured relay the browser is told of that one
    Given a healthy VDI platform that is told of a relay
    And alice has a running session
    And alice has opened the session's URL
    When alice logs in
    Then the first live picture is seen within the frame_first budget
    And the browser was offered the configured relays and no other
