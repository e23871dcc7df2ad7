@suite.vdi
Feature: Cancelled

  @VDI-01
  Scenario: Is cut short
    Given the run is cancelled

  @VDI-01
  Scenario: Never comes
    Given alice is there
