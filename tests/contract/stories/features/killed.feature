@deadly
Feature: Killed

  Scenario: Ends before
    Then it works

  Scenario: Is killed
    Then the process is killed

  Scenario: Never comes
    Then it works
