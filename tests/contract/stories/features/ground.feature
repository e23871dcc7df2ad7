@feature_breaks
Feature: No ground

  Scenario: First
    Then it works

  Rule: Inside
    Scenario: Second
      Then it works
