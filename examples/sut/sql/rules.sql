-- The last days of the card and its certificates, and the first days of their renewal.
-- One row for one life; every :name is a field of the life, a 'YYYY-MM-DD' text or NULL.

WITH
life AS (
  SELECT
    CASE WHEN coalesce(:card_requested, :card_issued) < '2022-04-01' THEN 20 ELSE 18 END AS adulthood,
    coalesce(:residence, 'citizen') AS residence
),

-- the age on the day of each issue: the years, less one while this year's birthday is still to come
age AS (
  SELECT
    strftime('%Y', :card_issued) - strftime('%Y', :birth)
      - (strftime('%m-%d', :card_issued) < strftime('%m-%d', :birth)) AS card,
    strftime('%Y', :signature_issued) - strftime('%Y', :birth)
      - (strftime('%m-%d', :signature_issued) < strftime('%m-%d', :birth)) AS signature,
    strftime('%Y', :authentication_issued) - strftime('%Y', :birth)
      - (strftime('%m-%d', :authentication_issued) < strftime('%m-%d', :birth)) AS authentication
),

-- how many birthdays after the issue each one is valid
birthdays AS (
  SELECT
    CASE WHEN age.card >= life.adulthood THEN 10 ELSE 5 END + (:card_renewal IS 'window') AS card,
    5 + (:signature_renewal IS 'window') AS signature,
    5 + (:authentication_renewal IS 'window') AS authentication
  FROM age, life
),

-- the last days, each by itself; NULL when never issued
own AS (
  SELECT
    CASE
      WHEN :card_issued IS NULL THEN NULL
      WHEN life.residence IN ('limited', 'landing') THEN date(:stay_expires)
      WHEN life.residence = 'transitional'
        THEN date(julianday(coalesce(:nationality_lost, :birth)) + 60)
      ELSE date(:birth, '+' || (age.card + birthdays.card) || ' years')
    END AS card,
    date(:birth, '+' || (age.signature + birthdays.signature) || ' years') AS signature,
    date(:birth, '+' || (age.authentication + birthdays.authentication) || ' years') AS authentication
  FROM life, age, birthdays
),

-- no certificate outlives the card, and the signature none the user authentication
last_day AS (
  SELECT
    own.card,
    min(own.signature, coalesce(own.card, own.signature),
      coalesce(own.authentication, own.signature)) AS signature,
    min(own.authentication, coalesce(own.card, own.authentication)) AS authentication
  FROM own
)

-- the last day counts in full, so the three months run back from the midnight that ends it
SELECT
  card AS card_expires,
  signature AS signature_expires,
  authentication AS authentication_expires,
  date(card, '+1 day', '-3 months') AS card_renewable_from,
  date(signature, '+1 day', '-3 months') AS signature_renewable_from,
  date(authentication, '+1 day', '-3 months') AS authentication_renewable_from
FROM last_day;
