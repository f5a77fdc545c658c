package main

import (
	"errors"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
)

// An etcd of one member on the loopback. It never syncs to the disk: it survives being killed, and no power cut.
func newEtcdCommand() *cobra.Command {
	var folder, address string
	command := &cobra.Command{
		Use:  "etcd",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runEtcd(folder, address) },
	}
	command.Flags().StringVar(&folder, "data-dir", "", "folder of the data")
	command.Flags().StringVar(&address, "listen-client-url", "", "where clients connect to: http://127.0.0.1:2379")
	for _, name := range []string{"data-dir", "listen-client-url"} {
		if err := command.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return command
}

func runEtcd(folder, address string) error {
	client, err := url.Parse(address)
	if err != nil {
		return err
	}
	// Nobody connects to it: there is one member.
	peer := url.URL{Scheme: "http", Host: "127.0.0.1:0"}
	config := embed.NewConfig()
	config.Dir = folder
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{*client}, []url.URL{*client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.LogLevel = "warn"
	config.UnsafeNoFsync = true

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	server, err := embed.StartEtcd(config)
	if err != nil {
		return err
	}
	defer server.Close()
	select {
	case <-signals:
		return nil
	case err := <-server.Err():
		return err
	case <-server.Server.StopNotify():
		return errors.New("etcd stopped by itself")
	}
}
