"""Executors of this process, which do their work now or late: what is found must not hang on that."""


class AtOnce:
    """An executor whose jobs are done when they are submitted."""

    def submit(self, work, *arguments):
        job = Job(work, arguments)
        job.result()
        return job


class NotBefore:
    """An executor whose jobs are done when they are waited for."""

    def submit(self, work, *arguments):
        return Job(work, arguments)


class Job:
    def __init__(self, work, arguments):
        self._work, self._arguments, self.value = work, arguments, None

    def result(self):
        self.value = self.value or self._work(*self._arguments)
        return self.value
