@suite.vdi
Feature: Around the stories

  @VDI-01
  Scenario: Holds
    Given alice is there

  @VDI-01
  Scenario: Is broken
    Given alice is there
    Then nothing comes

  @VDI-01
  Scenario: Leaks
    Given something will be left behind

  @VDI-01 @soak
  Scenario: Takes long
    Given alice is there

  @VDI-01 @needs.operator-replicas
  Scenario: Needs what the target has not
    Given alice is there

  @VDI-01 @wip
  Scenario: Is not written yet
    Given words that nobody defined
