package zoo;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;

/** A server that calls itself. */
public class Main {
  public static void main(String[] arguments) throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus("items", ServingStatus.SERVING);
    Server server = ServerBuilder.forPort(0).addService(health.getHealthService()).build().start();
    ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    HealthGrpc.HealthBlockingStub client = HealthGrpc.newBlockingStub(channel);
    System.out.println(client.check(HealthCheckRequest.newBuilder().setService("items").build()).getStatus());
    try {
      client.check(HealthCheckRequest.newBuilder().setService("none").build());
    } catch (StatusRuntimeException error) {
      System.out.println(error.getStatus().getCode() == Status.Code.NOT_FOUND);
    }
    channel.shutdownNow();
    server.shutdownNow().awaitTermination();
  }
}
