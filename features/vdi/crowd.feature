@suite.vdi
Feature: Many desktops at once, each its owner's alone
  A platform is rarely asked for one desktop at a time. These stories ask for many in the same moment
  and want every one of them: running, live on a screen, and sharing nothing with another, neither
  storage nor address nor password. When all leave in the same moment, nothing of theirs stays.

  Background:
    Given a healthy VDI platform

  @VDI-11 @exclusive
  Scenario: Eight people who ask at the same moment all get a live desktop of their own
    When alice, bob, carol, dave, erin, frank, grace and heidi ask for a session from the template "light-desktop" at the same moment
    Then every session becomes Running within the start_cold budget
    And every session has a pod, volume claim and service, a host and a password of its own
    And all pictures are live at the same time, each its own session's, opened within the start_cold budget

  @VDI-11 @exclusive
  Scenario: Eight people who leave at the same moment leave nothing
    Given alice, bob, carol, dave, erin, frank, grace and heidi have running sessions from the template "light-desktop"
    When all of them delete their sessions at the same moment
    Then nothing of any session is left within the terminate_10 budget

  @VDI-11
  Scenario: Two desktops of one person do not meet under one address
    Given alice has a running session
    When alice asks for a session
    Then every session becomes Running within the start budget
    And every session has a pod, volume claim and service, a host and a password of its own
