"""Reviews: GET /products/<sku>/reviews."""

from django.http import JsonResponse
from django.urls import path


def healthz(_request):
    return JsonResponse({"status": "ok"})


def reviews(_request, sku):
    return JsonResponse({"sku": sku, "reviews": [{"stars": 5, "text": "good"}]})


urlpatterns = [
    path("healthz", healthz),
    path("products/<str:sku>/reviews", reviews),
]
