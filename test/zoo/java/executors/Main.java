import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * What wrapped tasks, added fields and an early java.util.logging break: open-telemetry/opentelemetry-java-instrumentation
 * issues 2591, 3316, 3322, 3379 and 4370, and 344 and 2112 of DataDog/dd-trace-java, which wraps in the same places.
 */
public class Main {
  /** The application says so itself, after the JVM has started. */
  public static class OwnLogManager extends LogManager {
    public OwnLogManager() {
      System.out.println("the application's LogManager");
    }
  }

  static final class Task implements Runnable, Comparable<Task> {
    final int priority;

    Task(int priority) {
      this.priority = priority;
    }

    @Override
    public void run() {
      System.out.println("task " + priority);
    }

    @Override
    public int compareTo(Task other) {
      return Integer.compare(priority, other.priority);
    }
  }

  static final class Late implements Runnable, Delayed {
    @Override
    public void run() {
      System.out.println("late");
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }
  }

  interface ComparableRunnable extends Runnable, Comparable<Runnable> {}

  static final class Job implements Callable<String>, Runnable, Serializable {
    String name = "job";

    @Override
    public String call() {
      return name;
    }

    @Override
    public void run() {}
  }

  static final class Sum extends RecursiveTask<Integer> {
    final int count;

    Sum(int count) {
      this.count = count;
    }

    @Override
    protected Integer compute() {
      if (count < 2) return count;
      Sum left = new Sum(count / 2);
      left.fork();
      return new Sum(count - count / 2).compute() + left.join();
    }
  }

  /** Casts what it is given, as applications do that know their tasks. */
  static final class Typed extends ThreadPoolExecutor {
    Typed() {
      super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> callable) {
      System.out.println("new task for " + callable.getClass().getSimpleName() + " " + (callable instanceof Job));
      return super.newTaskFor(callable);
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
      System.out.println("before " + task.getClass().getName());
    }

    @Override
    protected void afterExecute(Runnable task, Throwable failure) {
      System.out.println("after " + task.getClass().getName() + " " + failure);
    }
  }

  static void queues() throws Exception {
    ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>());
    Object lock = new Object();
    synchronized (lock) {
      pool.execute(() -> {
        synchronized (lock) {
          System.out.println("first");
        }
      });
      for (int priority : new int[] {3, 1, 2}) pool.execute(new Task(priority));
      System.out.println(pool.getQueue().peek().getClass() + " " + pool.getQueue().size());
    }
    pool.shutdown();
    System.out.println(pool.awaitTermination(10, TimeUnit.SECONDS));

    ThreadPoolExecutor removing = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    Runnable removed = () -> System.out.println("must not run");
    synchronized (lock) {
      removing.execute(() -> {
        synchronized (lock) {
          System.out.println("busy");
        }
      });
      removing.execute(removed);
      System.out.println(removing.getQueue().contains(removed) + " " + (removing.getQueue().peek() == removed) + " " + removing.remove(removed));
      removing.execute(removed);
      List<Runnable> left = removing.shutdownNow();
      System.out.println(left.size() + " " + (left.get(0) == removed));
    }
    removing.setRejectedExecutionHandler((task, executor) -> System.out.println("rejected " + (task == removed)));
    removing.execute(removed);
    DelayQueue<Late> delayed = new DelayQueue<>();
    @SuppressWarnings({"unchecked", "rawtypes"})
    ThreadPoolExecutor late = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, (java.util.concurrent.BlockingQueue) delayed);
    late.prestartAllCoreThreads();
    late.execute(new Late());
    late.shutdown();
    System.out.println(late.awaitTermination(10, TimeUnit.SECONDS));
  }

  static void pools() throws Exception {
    Typed typed = new Typed();
    System.out.println(typed.submit((Callable<String>) new Job()).get());
    Future<?> failing = typed.submit(() -> {
      throw new IllegalStateException("it fails");
    });
    try {
      failing.get();
    } catch (Exception error) {
      System.out.println(error + " " + error.getCause());
    }
    System.out.println(typed.invokeAll(Arrays.asList(new Job(), new Job())).size() + " " + typed.invokeAny(Arrays.asList(new Job())));
    typed.shutdown();
    typed.awaitTermination(10, TimeUnit.SECONDS);
    try {
      typed.submit((Callable<String>) new Job());
    } catch (RejectedExecutionException error) {
      System.out.println("rejected");
    }
    try {
      Executors.newSingleThreadExecutor().execute(null);
    } catch (NullPointerException error) {
      System.out.println("null");
    }
    ScheduledThreadPoolExecutor scheduled = new ScheduledThreadPoolExecutor(1);
    scheduled.setRemoveOnCancelPolicy(true);
    Future<?> cancelled = scheduled.schedule((Runnable) new Job(), 1, TimeUnit.HOURS);
    System.out.println(cancelled.cancel(true) + " " + scheduled.getQueue().size() + " " + scheduled.schedule((Callable<String>) new Job(), 0, TimeUnit.SECONDS).get());
    scheduled.shutdownNow();
    System.out.println(new ForkJoinPool(2).invoke(new Sum(100)) + " " + ForkJoinTask.adapt((Runnable) new Job()).getClass().getName());
    System.out.println(CompletableFuture.supplyAsync(() -> 7).thenApplyAsync(number -> number + 1).get());
    FutureTask<String> task = new FutureTask<>((Callable<String>) new Job());
    task.run();
    System.out.println(task.get());
  }

  static void reflection(Class<?> type) throws Exception {
    TreeSet<String> members = new TreeSet<>();
    Arrays.stream(type.getDeclaredFields()).forEach(field -> members.add("field " + field.getName()));
    Arrays.stream(type.getDeclaredMethods()).map(Method::getName).filter(name -> !name.startsWith("lambda$")).forEach(name -> members.add("method " + name));
    Arrays.stream(type.getMethods()).map(Method::getName).forEach(name -> members.add("public " + name));
    Arrays.stream(type.getInterfaces()).forEach(each -> members.add("interface " + each.getName()));
    System.out.println(type.getName() + " " + members);
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty("java.util.logging.manager", OwnLogManager.class.getName());
    Logger.getLogger("zoo").setUseParentHandlers(false);
    System.out.println(LogManager.getLogManager().getClass().getName());
    queues();
    pools();
    for (Class<?> type : new Class<?>[] {Job.class, Task.class, Sum.class, Typed.class, FutureTask.class}) reflection(type);
    System.out.println(ObjectStreamClass.lookup(Job.class).getSerialVersionUID());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new ArrayList<>(Arrays.asList(new Job())));
    }
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      System.out.println(((Job) ((List<?>) in.readObject()).get(0)).call() + " " + Arrays.hashCode(bytes.toByteArray()));
    }
    System.exit(0);
  }
}
