import os

SECRET_KEY = "a key of the zoo, which protects nothing"
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.getcwd()}/superset.db?check_same_thread=false"
TALISMAN_ENABLED = False
