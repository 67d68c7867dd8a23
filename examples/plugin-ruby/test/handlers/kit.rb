# Handlers for anyhandler's conformance kit.
require 'stringio'

def echo(event:, context:) = event

def failing(event:, context:)
  raise ArgumentError, 'this handler failed as it was told' if event['fail']

  event
end

def hang(event:, context:)
  system('sleep', '600') if event['hang']
  event
end

def end_self(event:, context:)
  exit 3 if event['exit']
  event
end

def kill_self(event:, context:)
  Process.kill('KILL', Process.pid) if event['kill']
  event
end

def background(event:, context:)
  return event unless event['background']

  { pid: spawn('setsid', 'sh', '-c', 'sleep 0.2; while echo late; do sleep 0.05; done') }
end

def fork_self(event:, context:)
  return event unless event['fork']
  return { answeredBy: 'the copy' } if fork.nil?

  sleep 0.3
  event
end

def bytes(event:, context:) = StringIO.new((0..255).to_a.pack('C*'))

def debug(event:, context:)
  puts 'debug output'
  event
end

def descriptors(event:, context:)
  File.read('/dev/stdin')
  %w[stderr stdout].each { |name| File.write("/dev/#{name}", "#{name} by name\n", mode: 'a') }
  event
end

def context(event:, context:)
  {
    requestId: context.aws_request_id,
    deadlineMs: context.deadline_ms,
    functionArn: context.invoked_function_arn,
    traceId: ENV['_X_AMZN_TRACE_ID']
  }
end

def stream(event:, context:)
  return event unless event['stream'] || event['break']

  Enumerator.new do |parts|
    (1..5).each do |number|
      sleep 0.1 if number > 1
      raise 'the stream broke as it was told' if event['break'] && number > 1

      parts << "part #{number}\n"
    end
  end
end

module Some
  class Handlers
    def self.pausing(event:, context:)
      sleep 0.02
      event
    end
  end
end
