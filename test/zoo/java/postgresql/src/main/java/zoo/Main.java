package zoo;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** What applications do with a connection, through a pool: values, errors, classes behind the interfaces. */
public class Main {
  public static void main(String[] arguments) throws Exception {
    try (FakeServer server = new FakeServer(); HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + server.port() + "/zoo?sslmode=disable&gssEncMode=disable");
      pool.setUsername("zoo");
      pool.setMaximumPoolSize(2);
      try (Connection connection = pool.getConnection()) {
        use(connection);
      }
    }
  }

  private static void use(Connection connection) throws SQLException {
    System.out.println(connection.getMetaData().getDatabaseProductName() + " " + connection.getCatalog());
    System.out.println(connection.getClass().getSimpleName() + " " + connection.isWrapperFor(PGConnection.class));
    try (PreparedStatement statement = connection.prepareStatement("SELECT name FROM items WHERE id = ?")) {
      statement.setInt(1, 7);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) System.out.println(rows.getString("name"));
      }
      System.out.println(statement.unwrap(org.postgresql.PGStatement.class).isUseServerPrepare());
    }
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT failure");
    } catch (SQLException error) {
      System.out.println(error.getSQLState() + " " + error.getMessage());
    }
  }
}
