@suite.vdi
Feature: A session lives as long as it was asked for
  A desktop that nobody ends goes on costing. A session may be given a lifetime: at its end the platform
  deletes it by itself, not before and not much later, and no restart of the operator gives it a second life.

  Background:
    Given a healthy VDI platform

  @VDI-05
  Scenario: A session past its lifetime is deleted by itself, a younger one is not
    Given bob has a running session
    When alice asks for a session that may live a short while
    Then alice's session becomes Running within the start budget
    And alice's session is ended at the end of its lifetime, within the expire budget
    And a notice about alice's session says SessionExpired
    And nothing of alice's session is left within the terminate budget
    And bob's session has run on in its pod all the while

  @VDI-05 @needs.operator-faults
  Scenario: A restarted operator does not give a session a second life
    Given alice has a running session that may live a short while
    And half of the session's lifetime is over
    When the operator dies while the session is Running
    Then the session is ended at the end of its lifetime, within the expire budget
    And nothing of the session is left within the terminate budget
