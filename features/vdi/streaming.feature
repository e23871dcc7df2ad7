@suite.vdi
Feature: A desktop that a person can see and use
  The point of a session is its picture. These stories read a changing stamp out of the pixels that
  a real browser shows, so that a frozen, foreign or black picture can never pass for a live one,
  and they type into the desktop and wait to see the keys arrive.

  Background:
    Given a healthy VDI platform

  @VDI-07 @demo
  Scenario: A session applied from the command line shows a live picture
    Given alice has a running session, applied from the command line
    And alice has opened the session's URL
    When alice logs in
    Then the first live picture is seen within the frame_first budget
    And the picture is live and is the session's own
    And the stream is carried by WebRTC

  @VDI-07 @demo
  Scenario: What a person types arrives, in order
    Given alice is watching a session
    When alice types "Session proof 42"
    Then the text arrives in the session, in order

  @VDI-07 @demo
  Scenario: A session deleted under its viewer leaves nothing, and the picture ends
    Given alice is watching a session
    When alice deletes the session from the command line
    Then the picture ends within the viewer_told budget
    And nothing of the session is left within the terminate budget

  @VDI-07
  Scenario: A viewer who reloads five times in quick succession still gets a picture
    Given alice is watching a session
    When alice reloads the page five times in quick succession
    Then the first live picture is seen within the frame_first budget
    And the picture is live and is the session's own

  @VDI-07
  Scenario: Two people each see and drive their own desktop
    Given alice is watching a session
    And bob is watching a session
    When alice types "for alice only"
    Then the text arrives in alice's session, in order
    And nothing arrives in bob's session
    And every picture is live and is its own session's

  @VDI-08 @demo @exclusive @needs.reconcile-histogram
  Scenario: The picture is fast and the operator does not dawdle
    Given bob has a running session
    And carol has a running session
    And alice is watching a session
    When enough stamps for a verdict are read from the picture
    Then the video latency is within the video_p50 budget
    And the operator's reconcile time is within the reconcile_p95 budget
