# Serves a Ruby handler to anyhandler: frames come in on descriptor 3 and go out on 4 (docs/child-languages.md).
# frozen_string_literal: true

require 'fcntl'
require 'json'
require 'stringio'

# The context of an event, with the names of AWS's own Ruby runtime.
class AnyhandlerContext
  attr_reader :aws_request_id, :invoked_function_arn, :deadline_ms, :client_context, :identity, :tenant_id

  def initialize(fields)
    @aws_request_id = fields['requestId']
    @invoked_function_arn = fields['functionArn']
    @deadline_ms = fields['deadlineMs'].to_i
    @client_context = JSON.parse(fields['clientContext']) if fields['clientContext']
    @identity = JSON.parse(fields['identity']) if fields['identity']
    @tenant_id = fields['tenantId']
  end

  def function_name = ENV.fetch('AWS_LAMBDA_FUNCTION_NAME', '')
  def function_version = ENV.fetch('AWS_LAMBDA_FUNCTION_VERSION', '')
  def memory_limit_in_mb = ENV.fetch('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '')
  def log_group_name = ENV.fetch('AWS_LAMBDA_LOG_GROUP_NAME', '')
  def log_stream_name = ENV.fetch('AWS_LAMBDA_LOG_STREAM_NAME', '')

  def get_remaining_time_in_millis
    [deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
  end
end

# The frames, the pipes and the loop.
class AnyhandlerDriver
  def initialize
    @pid = Process.pid
    @event = ''
    @in = take(3, 'rb')
    @out = take(4, 'wb')
  end

  def run
    send_frame('ready', JSON.dump(protocol: 2, outputs: make_outputs))
    fields = read_fields(receive_frame)
    @readers.each(&:close)
    handler = load_handler(fields)
    send_frame('loaded', '')
    loop { serve(handler) }
  end

  private

  # Moves the control descriptors to numbers that handlers don't use; Ruby closes them in programs that it starts.
  def take(number, mode)
    low = IO.for_fd(number, mode)
    high = IO.for_fd(low.fcntl(Fcntl::F_DUPFD, 10), mode)
    high.close_on_exec = true
    low.close
    high.sync = true
    high
  end

  # Makes pipes for standard output and error; the host reads their other ends.
  def make_outputs
    @readers = []
    { stdout: $stdout, stderr: $stderr }.transform_values do |stream|
      reader, writer = IO.pipe
      stream.reopen(writer)
      stream.sync = true
      @readers << reader
      reader.fileno
    end
  end

  def send_frame(kind, payload)
    # A child that a handler forked must not answer, even if it returns from the handler.
    exit!(0) if Process.pid != @pid
    @out.write("#{kind} #{payload.bytesize}#{@event}\n", payload)
  rescue Errno::EPIPE
    exit!(0)
  end

  def receive_frame
    header = @in.gets or exit!(0)
    size = header.split[1].to_i
    payload = @in.read(size)
    payload && payload.bytesize == size ? payload : exit!(0)
  end

  def read_fields(text) = text.force_encoding('UTF-8').each_line(chomp: true).to_h { |line| line.split('=', 2) }

  # `app.handler`, `app.Some::Class.method`: the host splits the name at its first dot, and the first part is the file.
  def load_handler(fields)
    refuse('Runtime.HandlerNotFound', "there is no Ruby file for '#{fields['target']}'") unless fields['file']
    $LOAD_PATH.unshift(Dir.pwd)
    require fields['file']
    constant, _, method = fields.fetch('function', 'handler').rpartition('.')
    receiver = constant.empty? ? TOPLEVEL_BINDING.receiver : constant_of(constant)
    return receiver.method(method) if receiver.respond_to?(method, true)

    refuse('Runtime.HandlerNotFound', "#{fields['file']} defines no #{fields['function'] || 'handler'}")
  rescue SyntaxError => e
    refuse('Runtime.UserCodeSyntaxError', e.message)
  rescue SystemExit
    raise
  rescue Exception => e # rubocop:disable Lint/RescueException
    refuse("Init<#{e.class}>", e.message, e.backtrace)
  end

  # Returns nil for a missing constant; nil has no handlers.
  def constant_of(name)
    Object.const_get(name)
  rescue NameError
    nil
  end

  def refuse(type, message, stack = [])
    send_frame('failed', failure(type, message, stack))
    exit!(1)
  end

  def serve(handler)
    fields = read_fields(receive_frame)
    event = receive_frame
    @event = " #{fields['event']}"
    ENV['ANYHANDLER_MARK'] = fields['mark']
    ENV['_X_AMZN_TRACE_ID'] = fields['traceId']
    answer(handler.call(event: JSON.parse(event), context: AnyhandlerContext.new(fields)))
  rescue SystemExit
    raise
  rescue Exception => e # rubocop:disable Lint/RescueException
    stack = (e.backtrace || []).reject { |line| line.start_with?(__FILE__) }
    send_frame('failed', failure("Function<#{e.class}>", e.message, stack))
  end

  # As in AWS's runtime: JSON, or the bytes of a StringIO. An Enumerator is a stream, which AWS's runtime doesn't have.
  def answer(result)
    case result
    when Enumerator then stream(result)
    when StringIO, IO
      send_frame('head', JSON.dump(contentType: 'application/unknown'))
      send_frame('done', result.read)
    else send_frame('done', JSON.dump(result))
    end
  end

  def stream(parts)
    send_frame('head', '{"stream":true}')
    parts.each { |part| send_frame('chunk', part.to_s) }
    send_frame('done', '')
  end

  def failure(type, message, stack)
    text = message.dup.force_encoding('UTF-8').scrub
    JSON.dump(errorMessage: text, errorType: type, stackTrace: stack)
  end
end

AnyhandlerDriver.new.run
