@owner_less
Feature: Verdicts
  Every way in which a scenario can end.

  Background:
    Given a thing

  Scenario: It passes
    When it is used
    Then it works

  Scenario: The product is wrong
    Then it is wrong
    And it works

  Scenario: The suite breaks
    Then it breaks

  Scenario: It is not finished
    Then it is not finished

  @wip
  Scenario: It is not finished and says so
    Then it is not finished
    And it works

  @before_breaks
  Scenario: The world does not open
    Then it works

  @after_breaks
  Scenario: The end goes wrong
    Then it works

  @after_breaks
  Scenario: The product is wrong and the end too
    Then it is wrong

  @tag_breaks
  Scenario: A tag goes wrong
    Then it works

  Scenario: The clean-up breaks
    Then its clean-up breaks

  Scenario: The clean-up finds a leak
    Then its clean-up finds a leak

  @left_out
  Scenario: The hook leaves it out
    Then it works

  Scenario: A step leaves it out
    Then the story is left out
    And it works

  @excluded
  Scenario: The tags exclude it
    Then it works

  Scenario: It speaks to the report
    Then it is renamed

  @critical
  Rule: A rule has its own things
    Background:
      Given a thing

    Scenario: It passes
      Then it works

    Scenario: A rule's scenario is wrong
      Then it is wrong

    Scenario Outline: It is <color>
      Then it is seen to be <color>

      Examples: warm
        | color |
        | red   |
        | amber |

      Examples: warm again
        | color |
        | red   |

      Examples:
        | color |
        | blue  |
        | blue  |
