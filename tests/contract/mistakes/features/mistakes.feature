@suite.vdi
Feature: Mistakes

  @VDI-01
  Scenario: A word is not known
    Given a thing
    Then it sings

  @VDI-01
  Scenario: A keyword is misspelt
    Gven a thing

  @VDI-01 @demmo
  Scenario: A tag is misspelt
    Given a thing

  @VDI-01
  Scenario: Nothing is wrong here
    Given a thing
