Feature: Verdicts
  The same names in another file.

  Scenario: It passes
    Then it works

  Scenario: It passes
    Then it works
