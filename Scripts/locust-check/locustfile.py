"""Shoppers who look at pages in turn, a tenth of a second apart."""

from locust import HttpUser, constant, task


class Shopper(HttpUser):
    wait_time = constant(0.1)

    @task(3)
    def catalog(self):
        self.client.get("/catalog")

    @task(2)
    def basket(self):
        self.client.get("/basket")

    @task(1)
    def checkout(self):
        self.client.get("/checkout")
