@suite.vdi
Feature: What may be asked for, and what is refused
  Whoever asks for something impossible is told at once, and told what is wrong: nothing is made of it.
  Whoever has an unusual name or address gets a desktop like everybody else, or hears why not. Both hold
  for those who use the API and for those who use the command line.

  Background:
    Given a healthy VDI platform

  @VDI-12
  Scenario Outline: A request whose <field> is <value> is refused at admission
    When alice asks <way> for a session whose <field> is <value>
    Then the request is refused at admission, and the reason names its <field>
    And nothing was made of it

    Examples: What must be there
      | field    | value   | way                   |
      | user     | missing | by API                |
      | user     | missing | from the command line |
      | template | missing | by API                |
      | template | missing | from the command line |
      | template | ""      | by API                |

    Examples: What must be of its kind
      | field          | value       | way                   |
      | user           | 42          | by API                |
      | template       | 42          | from the command line |
      | number of GPUs | "one"       | by API                |
      | number of GPUs | 0           | from the command line |
      | memory         | "plenty"    | by API                |
      | CPU            | "-1"        | by API                |
      | persistence    | "sometimes" | from the command line |
      | volume size    | "0"         | by API                |
      | lifetime       | "tomorrow"  | by API                |
      | lifetime       | 8           | from the command line |

  @VDI-12
  Scenario: Listings show whose a session is, its phase and its address
    Given alice has a running session
    When alice lists "vdi" from the command line
    Then the listing shows the session with its User, Phase and URL

  @VDI-13
  Scenario Outline: A user with <kind of address> gets a desktop at an address of the right name
    When alice asks <way> for a session called "<name>" for the user "<user>"
    Then the session becomes Running within the start budget
    And the session's host is named "<host>"
    And the session's URL answers over HTTPS within the live budget

    Examples: From 3 to 63 characters of name, up to 64 of user
      | kind of address         | name                                                            | user                                                             | host                                                  | way                   |
      | the shortest address    | abc                                                             | q@r.s                                                            | q                                                     | by API                |
      | an address of 64        | the-longest-name-a-session-may-have-is-63-characters-and-is-one | the.longest-user.is-sixty-four-characters_and-not-less@vdi.local | the-longest-user-is-sixty-four-characters-and-not-less | from the command line |
      | capitals and dots       | desk-with-capitals                                              | Ada.Byron.King@Lovelace.Example                                  | ada-byron-king                                        | from the command line |
      | a plus and an underline | desk-with-plus                                                  | grace_hopper+navy@vdi.example                                    | grace-hopper-navy                                     | by API                |
      | letters beyond Latin    | desk-with-umlauts                                               | Zoë.Müller@bücher.example                                        | zo--m-ller                                            | from the command line |

  @VDI-13
  Scenario: A user without a single Latin letter gets a desktop all the same
    When alice asks by API for a session whose user is "李明@例子.测试"
    Then the session becomes Running within the start budget
    And the session's URL answers over HTTPS within the live budget

  @VDI-13
  Scenario Outline: A session whose <field> <flaw> is refused in words
    When alice asks <way> for a session whose <field> is "<value>"
    Then the session is refused, and the reason names its <field>
    And the session owns nothing

    Examples:
      | field | flaw              | value                                                            | way                   |
      | name  | has 64 characters | the-name-of-this-session-is-one-too-long-it-has-64-characters-so | by API                |
      | name  | has 64 characters | the-name-of-this-session-is-one-too-long-it-has-64-characters-so | from the command line |
      | name  | has a dot         | a.desk                                                           | by API                |
      | name  | has capitals      | MyDesk                                                           | by API                |
      | name  | has capitals      | MyDesk                                                           | from the command line |
      | name  | has an umlaut     | büro                                                             | by API                |
      | name  | has an umlaut     | büro                                                             | from the command line |
      | name  | has a plus        | my+desk                                                          | by API                |
      | user  | is no address     | bob                                                              | by API                |
      | user  | is no address     | bob                                                              | from the command line |
      | user  | has a blank       | bob smith@vdi.example                                            | by API                |
      | user  | has two at signs  | bob@smith@vdi.example                                            | from the command line |
