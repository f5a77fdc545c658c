// The change as a program with go-redis, 8 goroutines and pipelines of 1000, without any guard: what the application
// writes meanwhile is lost.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

const workers = 8

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + os.Args[1], PoolSize: workers + 1})
	if err := client.Ping(ctx).Err(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("begin")
	begun, cpu := time.Now(), cpuSeconds()
	pages := make(chan []string, workers)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for keys := range pages {
				if err := change(ctx, client, keys); err != nil {
					log.Fatal(err)
				}
			}
		})
	}
	for cursor, more := uint64(0), true; more; more = cursor != 0 {
		keys, next, err := client.Scan(ctx, cursor, "item:*", 1000).Result()
		if err != nil {
			log.Fatal(err)
		}
		pages <- keys
		cursor = next
	}
	close(pages)
	group.Wait()
	effort := map[string]any{
		"seconds":     time.Since(begun).Seconds(),
		"cpu_seconds": cpuSeconds() - cpu,
		"peak_bytes":  peakBytes(),
	}
	if err := json.NewEncoder(os.Stdout).Encode(effort); err != nil {
		log.Fatal(err)
	}
}

func change(ctx context.Context, client *redis.Client, keys []string) error {
	reading := client.Pipeline()
	items := make([]*redis.MapStringStringCmd, len(keys))
	for i, key := range keys {
		items[i] = reading.HGetAll(ctx, key)
	}
	if _, err := reading.Exec(ctx); err != nil {
		return err
	}
	writing := client.Pipeline()
	for i, key := range keys {
		item := items[i].Val()
		name, found := item["name"]
		if !found {
			continue
		}
		first, last, _ := strings.Cut(name, " ")
		cents, err := strconv.Atoi(strings.Replace(item["price"], ".", "", 1))
		if err != nil {
			return err
		}
		writing.HSet(ctx, key, "first", first, "last", last, "price_cents", cents)
		writing.HDel(ctx, key, "name", "price", "legacy")
	}
	_, err := writing.Exec(ctx)
	return err
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func peakBytes() int {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		log.Fatal(err)
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); fields[0] == "VmHWM:" {
			kibibytes, _ := strconv.Atoi(fields[1])
			return kibibytes * 1024
		}
	}
	return 0
}
