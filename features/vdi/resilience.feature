@suite.vdi
Feature: A session outlives what goes wrong around it
  Operators crash, hands slip, nodes are full and templates change. Whatever happens around it, a session
  comes to the end it was meant for, once and whole, with what its person has saved, and nothing that
  belongs to somebody else is touched on the way.

  Background:
    Given a healthy VDI platform

  @VDI-09 @needs.operator-faults
  Scenario Outline: An operator that dies while a session is <phase> brings it to its end afterwards
    Given alice has a session that is kept <phase>
    When the operator dies while the session is <phase>
    Then <outcome> within the agent_back budget
    And the session never owned two of a kind

    @needs.room
    Examples: before there is a pod that runs
      | phase       | outcome                        |
      | Pending     | the session becomes Running    |

    Examples: later
      | phase       | outcome                        |
      | Creating    | the session becomes Running    |
      | Terminating | nothing of the session is left |

  @VDI-09 @needs.operator-faults
  Scenario: A running session does not notice that its operator dies
    Given alice has a running session
    When the operator dies while the session is Running
    Then the operator is back within the agent_back budget
    And the session has run on in its pod all the while
    And the session never owned two of a kind
    And the session's URL answers over HTTPS within the live budget

  @VDI-10
  Scenario Outline: A session whose <part> is removed by hand gets another
    Given alice has a running session
    When the session's <part> is deleted by hand
    Then the session has another <part> within the recreate budget
    And the session's URL answers over HTTPS within the recreate budget

    Examples:
      | part    |
      | service |
      | pod     |
      | ingress |
      | secret  |

  @VDI-10 @needs.persistence
  Scenario: What a person has saved outlives the loss of the pod
    Given alice has a running session
    And a note has been saved in the session
    When the session's pod is deleted by hand
    Then the session becomes Running anew within the recreate budget
    And the note is still in the session

  @VDI-10
  Scenario Outline: A session that is <done> leaves strangers alone
    Given alice has a running session
    And a stranger's volume claim, secret and service lie beside the session, with its labels
    When <act>
    Then <outcome>
    And the stranger's things are untouched

    Examples:
      | done     | act                                      | outcome                                                       |
      | repaired | the session's service is deleted by hand | the session has another service within the recreate budget    |
      | deleted  | alice deletes the session                | nothing of the session is left within the terminate budget    |

  @VDI-10
  Scenario Outline: A name that a stranger's <part> has is not taken from it
    Given a stranger's <part> has the name that alice's session needs for its own
    When alice asks for a session
    Then the session becomes Failed within the start budget
    And the session's message names what is in its way
    And the session owns nothing within the terminate budget
    And the stranger's things are untouched

    Examples:
      | part         |
      | service      |
      | secret       |
      | volume claim |

  @VDI-15 @needs.room
  Scenario: A session for which there is no room waits
    Given there is no room for another session
    When alice asks for a session
    Then the session becomes Pending within the start budget
    And no node takes the session within the start budget
    And the session stays Pending throughout the settle budget

  @VDI-15 @needs.room
  Scenario: A session that waits for room goes on as soon as there is some
    Given alice has a session that waits for room
    When there is room for the session
    Then the session becomes Running within the start budget
    And the session went through Pending, Creating, Running

  @VDI-15
  Scenario Outline: A session whose template is <done> is looked after as before
    Given alice has a running session
    And the session's template has been <done>
    When the session's service is deleted by hand
    Then the session has another service within the recreate budget
    And the session has run on in its pod all the while

    Examples:
      | done    |
      | changed |
      | deleted |
