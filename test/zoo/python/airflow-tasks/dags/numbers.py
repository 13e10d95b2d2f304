from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator


@dag(dag_id="numbers", schedule=None, start_date=datetime(2026, 1, 1), catchup=False)
def numbers():
    @task
    def one():
        return 1

    @task
    def twice(number):
        print("twice", number * 2)
        return number * 2

    twice(one()) >> BashOperator(task_id="shell", bash_command="echo from a shell; test -n \"$PATH\"")


numbers()
