@suite.vdi
Feature: Cancelled late

  @VDI-01
  Scenario: Leaks
    Given the run is cancelled while it cleans up what does not go

  @VDI-01
  Scenario: Never comes
    Given alice is there
