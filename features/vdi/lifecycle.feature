@suite.vdi
Feature: A desktop session from request to clean-up
  A person asks for a desktop and gets one: its own machine, storage, address and password.
  It becomes ready in a known order and in good time, says plainly when it cannot start,
  and leaves nothing behind when it is deleted.

  Background:
    Given a healthy VDI platform

  @VDI-01 @demo
  Scenario: A session gets exactly what it needs, and owns it
    When alice asks for a session
    Then within the start budget the session owns exactly one of each: pod, volume claim, secret, service, ingress
    And everything the session owns carries the session's labels
    And the pod has the image, environment, port and resources of the template

  @VDI-01
  Scenario: A session without persistence gets no volume
    When alice asks for a session without persistence
    Then within the start budget the session owns exactly one of each: pod, secret, service, ingress

  @VDI-01
  Scenario: What a person asks for comes before the template's defaults
    When alice asks for a small session
    Then the pod has the resources that were asked for

  @VDI-02 @demo
  Scenario: A session becomes ready step by step and its address answers
    When alice asks for a session
    Then the session becomes Running within the start budget
    And the session went through Pending, Creating, Running
    And the session said Running only when its pod was ready
    And the session's URL answers over HTTPS within the live budget

  @VDI-02
  Scenario: A session that loses its pod comes back, and only then leaves Running
    Given alice has a running session
    When the session's pod is deleted by hand
    Then the session becomes Running anew within the recreate budget
    And the session went through Pending, Creating, Running, Creating, Running
    And the session left Running only after its pod was lost

  @VDI-03 @demo
  Scenario: Deleting a session removes everything it owned
    Given alice has a running session
    When alice deletes the session
    Then nothing of the session is left within the terminate budget
    And the session's URL answers "not found" within the live budget

  @VDI-03
  Scenario: A session is held until its clean-up is done
    Given alice has a running session
    And the removal of the session's volume claim is held up
    When alice deletes the session
    Then the session's pod, secret, service and ingress are gone within the terminate budget
    And the session is still there, Terminating and held by its finalizer

  @VDI-03
  Scenario: A held session goes as soon as its clean-up is done, and goes last
    Given alice has deleted a session whose volume claim is held up
    When the volume claim of the session may go
    Then nothing of the session is left within the terminate budget
    And the session itself went last

  @VDI-04 @demo
  Scenario: An unknown template is refused in words
    When alice asks for a session from a template that does not exist
    Then the session becomes Failed within the start budget
    And the session's message names the template
    And an event says TemplateNotFound
    And the session owns nothing

  @VDI-04
  Scenario Outline: An image that <cannot> is reported in words
    When alice asks for a session from the template "<template>"
    Then the session becomes Failed within the start_cold budget
    And the session's message names the reason "<reason>"
    And the session owns nothing within the terminate budget

    Examples:
      | template       | cannot        | reason     |
      | missing-image  | be found      | ImagePull  |
      | crashing-image | stay running  | crash      |

  @VDI-04
  Scenario: A failed session can be deleted
    Given alice has a failed session
    When alice deletes the session
    Then nothing of the session is left within the terminate budget
