"""`jpki-oracle` as a job for `spark-submit`, which takes files only: its arguments are those of the command line."""

from jpki_oracle.cli import main

if __name__ == "__main__":
    main()
